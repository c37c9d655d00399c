package io.relaygate.tunnel;

import io.relaygate.net.Buffers;
import io.relaygate.tunnel.LaneRule.Change;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Loads the tunnel and its simulation anew: with changes of their sources, and with a pool of buffers of their own, so
 * that nobody else changes its counts.
 */
final class ChangedClasses extends ClassLoader {

    private static final Path SOURCES = Path.of("src/main/java/io/relaygate/tunnel");

    private final Path compiled;

    ChangedClasses(Path scratch, List<Change> changes) throws IOException {
        super(ChangedClasses.class.getClassLoader());
        this.compiled = scratch;
        if (!changes.isEmpty()) {
            compile(changes);
        }
    }

    /** What runs one schedule. */
    LongConsumer load(Class<? extends LongConsumer> scenario) throws ReflectiveOperationException {
        Constructor<?> constructor = loadClass(scenario.getName()).getDeclaredConstructor();
        constructor.setAccessible(true);
        return (LongConsumer) constructor.newInstance();
    }

    private void compile(List<Change> changes) throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        for (Change change : changes) {
            String source = sources.getOrDefault(change.file(), Files.readString(SOURCES.resolve(change.file() + ".java")));
            if (source.split(Pattern.quote(change.from()), -1).length < 2) {
                throw new IllegalStateException("the source has changed, and LaneRule has not: " + change);
            }
            sources.put(change.file(), source.replace(change.from(), change.to()));
        }
        List<SimpleJavaFileObject> files = new ArrayList<>();
        sources.forEach((name, text) -> files.add(new Source(name, text)));
        StringWriter complaints = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of("-proc:none", "-d", compiled.toString(), "-cp", System.getProperty("java.class.path"));
        if (!compiler.getTask(complaints, null, null, options, null, files).call()) {
            throw new IllegalStateException("a change does not compile: " + complaints);
        }
    }

    /** A source in memory. */
    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String name, String text) {
            super(URI.create("memory:///io/relaygate/tunnel/" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("io.relaygate.tunnel.") && !name.startsWith("io.relaygate.net.Leas") && !name.equals(Buffers.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            byte[] bytes = bytes(name.replace('.', '/') + ".class");
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private byte[] bytes(String file) throws ClassNotFoundException {
        Path changed = compiled.resolve(file);
        try (InputStream in = Files.exists(changed) ? Files.newInputStream(changed) : getParent().getResourceAsStream(file)) {
            if (in == null) {
                throw new ClassNotFoundException(file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(file, e);
        }
    }
}
