package io.relaygate.plugin;

import io.relaygate.sdk.GatewayPlugin;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.slf4j.Logger;

/**
 * Builds a plugin jar from source text. It begins as a plugin that works: class {@code demo.Demo}, one protocol named as
 * the plugin's id; a test then spoils what it is about.
 */
public final class PluginJar {

    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, String> swapped = new LinkedHashMap<>();
    private final List<String> leftOut = new ArrayList<>();

    private PluginJar() {}

    private PluginJar(String id) {
        manifest.put("Plugin-Id", id);
        manifest.put("Plugin-Version", "1.0.0");
        manifest.put("Plugin-Class", "demo.Demo");
        manifest.put("Plugin-Requires", ">=0.1.0 & <0.2.0");
        source("demo.Demo", demo("", "return List.of(new DemoProtocol(\"" + id + "\"));"));
        source("demo.DemoSettings", "package demo; public record DemoSettings("
                + "@io.relaygate.sdk.Setting(\"What it says.\") String greeting) {}");
        source("demo.DemoProtocol", """
                package demo;
                import io.relaygate.sdk.*;
                public record DemoProtocol(String name) implements Protocol<DemoSettings> {
                    public Class<DemoSettings> settings() { return DemoSettings.class; }
                    public ProtocolHandler open(DemoSettings settings, RouteContext context) {
                        return session -> session.note("handled by", name);
                    }
                }
                """);
    }

    /** A plugin of this id, with one protocol of the same name. */
    public static PluginJar of(String id) {
        return new PluginJar(id);
    }

    /** The same without settings, whose sessions are handled so: an expression or a block over {@code session}. */
    public static PluginJar of(String id, String handler) {
        return of(id)
                .source("demo.DemoSettings", "package demo; public record DemoSettings() {}")
                .source("demo.DemoProtocol", """
                        package demo;
                        import io.relaygate.sdk.*;
                        public record DemoProtocol(String name) implements Protocol<DemoSettings> {
                            public Class<DemoSettings> settings() { return DemoSettings.class; }
                            public ProtocolHandler open(DemoSettings settings, RouteContext context) {
                                return session -> %s;
                            }
                        }
                        """.formatted(handler));
    }

    /** Its protocol asks who calls. */
    public PluginJar judging() {
        String head = "implements Protocol<DemoSettings> {";
        sources.computeIfPresent("demo.DemoProtocol", (_, text) -> text.replace(head, head + " public boolean judges() { return true; }"));
        return this;
    }

    /** Its protocol speaks HTTP/1.1. */
    public PluginJar speakingHttp() {
        String head = "implements Protocol<DemoSettings> {";
        String alpn = " public java.util.List<String> alpn() { return java.util.List.of(\"http/1.1\"); }";
        sources.computeIfPresent("demo.DemoProtocol", (_, text) -> text.replace(head, head + alpn));
        return this;
    }

    /** A jar with nothing in it yet. */
    static PluginJar empty() {
        return new PluginJar();
    }

    /** The text of the plugin class: further members, and the body of {@code protocols()}. */
    static String demo(String members, String protocols) {
        return """
                package demo;
                import io.relaygate.sdk.*;
                import java.util.*;
                public class Demo implements GatewayPlugin {
                    %s
                    public List<Protocol<?>> protocols() { %s }
                }
                """.formatted(members, protocols);
    }

    public PluginJar manifest(String key, String value) {
        manifest.put(key, value);
        return this;
    }

    public PluginJar manifest(Map<String, String> entries) {
        manifest.putAll(entries);
        return this;
    }

    public PluginJar without(String key) {
        manifest.remove(key);
        return this;
    }

    public PluginJar withoutManifest() {
        manifest.clear();
        return this;
    }

    /** Adds or replaces a class. */
    public PluginJar source(String type, String text) {
        sources.put(type, text);
        return this;
    }

    public PluginJar members(String members) {
        return source("demo.Demo", demo(members, "return List.of(new DemoProtocol(\""
                + manifest.get("Plugin-Id") + "\"));"));
    }

    public PluginJar protocols(String body) {
        return source("demo.Demo", demo("", body));
    }

    public PluginJar file(String name, String text) {
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public PluginJar file(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    /** Replaces a class in the jar, after the others were compiled against the one given before. */
    public PluginJar swap(String type, String text) {
        swapped.put(type, text);
        return this;
    }

    /** Leaves a class out of the jar that the others were compiled against. */
    public PluginJar leaveOut(String type) {
        leftOut.add(type);
        return this;
    }

    /** Writes the jar. */
    public Path to(Path jar) throws IOException {
        Map<String, byte[]> classes = compile(sources);
        classes.putAll(compile(swapped));
        classes.keySet().removeAll(leftOut);
        Manifest head = new Manifest();
        if (!manifest.isEmpty()) {
            head.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            manifest.forEach((key, value) -> head.getMainAttributes().putValue(key, value));
        }
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = manifest.isEmpty() ? new JarOutputStream(out) : new JarOutputStream(out, head)) {
            classes.forEach((type, bytes) -> put(entries, type.replace('.', '/') + ".class", bytes));
            files.forEach((name, bytes) -> put(entries, name, bytes));
        }
        return jar;
    }

    private static void put(JarOutputStream entries, String name, byte[] bytes) {
        try {
            entries.putNextEntry(new JarEntry(name));
            entries.write(bytes);
            entries.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> compile(Map<String, String> sources) throws IOException {
        Map<String, byte[]> classes = new LinkedHashMap<>();
        if (sources.isEmpty()) {
            return classes;
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((type, text) -> units.add(new Source(type, text)));
        StringWriter messages = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-classpath", placeOf(GatewayPlugin.class) + File.pathSeparator + placeOf(Logger.class));
        try (JavaFileManager manager = new InMemory(compiler.getStandardFileManager(null, null, null), written)) {
            if (!compiler.getTask(messages, manager, null, options, null, units).call()) {
                throw new IllegalArgumentException(messages.toString());
            }
        }
        written.forEach((type, bytes) -> classes.put(type, bytes.toByteArray()));
        return classes;
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String type, String text) {
            super(URI.create("text:///" + type.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {

        private final Map<String, ByteArrayOutputStream> written;

        InMemory(JavaFileManager under, Map<String, ByteArrayOutputStream> written) {
            super(under);
            this.written = written;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String type, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("class:///" + type.replace('.', '/')), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return written.computeIfAbsent(type, _ -> new ByteArrayOutputStream());
                }
            };
        }
    }
}
