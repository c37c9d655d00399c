package io.relaygate.dist;

import io.relaygate.dist.DocsPage.Block;
import io.relaygate.sdk.testkit.TestRoute;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;

/** Compiles a page's Java, all of it together, against the jars of the product and of the test kit. */
final class DocsJava {

    private static final Pattern TYPE = Pattern.compile("(?m)^(?:[a-z]+ )*(?:class|record|interface|enum) (\\w+)");

    /** Of each jar that the tests of plugins need one class. */
    private static final List<Class<?>> FOR_TESTS = List.of(TestRoute.class, Test.class, Testable.class, API.class);

    private DocsJava() {}

    /** What the compiler says about a block's page; null if nothing. */
    static @Nullable String trouble(DocsPage page, Block block, Path folder) {
        if (!TYPE.matcher(block.text()).find()) {
            return "declares no type, so it cannot be compiled";
        }
        List<Source> sources = page.blocks().stream()
                .filter(other -> other.kind().equals("java"))
                .map(Source::of)
                .toList();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        Path classes = Folders.create(folder.resolve("classes"));
        boolean compiled = compiler.getTask(messages, null, null,
                        List.of("-d", classes.toString(), "-cp", classPath(), "-proc:none", "-Xlint:all", "-Werror"),
                        null, sources)
                .call();
        return compiled ? null : "does not compile:\n" + messages;
    }

    private static String place(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    private static String classPath() {
        try (Stream<Path> jars = Files.list(Product.home().resolve("lib"))) {
            return Stream.concat(jars.map(Path::toString).filter(jar -> jar.endsWith(".jar")), FOR_TESTS.stream().map(DocsJava::place))
                    .collect(Collectors.joining(":"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        private Source(String type, String text) {
            super(URI.create("string:///" + type + ".java"), Kind.SOURCE);
            this.text = text;
        }

        static Source of(Block block) {
            Matcher type = TYPE.matcher(block.text());
            return new Source(type.find() ? type.group(1) : "Block" + block.line(), block.text());
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
