package io.relaygate.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bad jar is refused with a reason that names the fault, and the good jars around it are loaded all the same. */
class PluginRefusalTest {

    @TempDir
    static Path good;

    @TempDir
    Path temporary;

    private Path folder;
    private PluginHost host;

    @BeforeAll
    static void buildTheGoodPlugins() throws IOException {
        PluginJar.of("before").to(good.resolve("a-before.jar"));
        PluginJar.of("after").to(good.resolve("c-after.jar"));
    }

    @BeforeEach
    void makeFolders() throws IOException {
        folder = Files.createDirectory(temporary.resolve("plugins"));
        host = new PluginHost(folder, temporary.resolve("work"), "0.1.0-SNAPSHOT");
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    /** Spoils the jar {@code bad.jar}. */
    interface Fault {
        void write(Path jar) throws IOException;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void refusesWithAReasonAndGoesOn(String reason, Fault fault) throws IOException {
        Files.copy(good.resolve("a-before.jar"), folder.resolve("a-before.jar"));
        Files.copy(good.resolve("c-after.jar"), folder.resolve("c-after.jar"));
        fault.write(folder.resolve("b-bad.jar"));

        PluginSet found = host.load(new PluginTrust.Everything(), null);

        assertThat(found.protocols()).containsOnlyKeys("before", "after");
        assertThat(found.list()).extracting(PluginStatus::file).containsExactly("a-before.jar", "b-bad.jar", "c-after.jar");
        PluginStatus bad = found.list().get(1);
        assertThat(bad.state()).isEqualTo(PluginStatus.State.REFUSED);
        assertThat(bad.protocols()).isEmpty();
        assertThat(bad.reason()).startsWith(reason).doesNotContain("\n");
    }

    static Stream<Arguments> faults() {
        return Stream.of(files(), manifests(), classes(), starts(), offers()).flatMap(List::stream);
    }

    private static List<Arguments> files() {
        return List.of(
                fault("it is empty", Files::createFile),
                fault("it is a folder, not a jar", Files::createDirectory),
                fault("it is a symbolic link: put the jar itself here", jar -> Files.createSymbolicLink(jar, Path.of("gone.jar"))),
                fault("it is not a jar (ZipException: zip END header not found)",
                        jar -> Files.writeString(jar, "<html>404 not found</html>")),
                fault("it is cut short or damaged (ZipException: zip END header not found)", jar -> {
                    PluginJar.of("bad").to(jar);
                    byte[] whole = Files.readAllBytes(jar);
                    Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
                }),
                fault("it is damaged: its entry 'demo/Demo.class' is not what was packed", jar -> {
                    PluginJar.of("bad").to(jar);
                    byte[] bytes = Files.readAllBytes(jar);
                    int name = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("demo/Demo.class");
                    Arrays.fill(bytes, name + 20, name + 60, (byte) 0xff);
                    Files.write(jar, bytes);
                }),
                fault("its Plugin-Class demo.Fake cannot be loaded: ClassFormatError", PluginJar.of("bad")
                        .manifest("Plugin-Class", "demo.Fake").file("demo/Fake.class", "not a class")::to));
    }

    private static List<Arguments> manifests() {
        return List.of(
                fault("it has no manifest (META-INF/MANIFEST.MF): it is a jar, but not a plugin",
                        PluginJar.of("bad").withoutManifest()::to),
                fault("its manifest lacks Plugin-Id", PluginJar.of("bad").without("Plugin-Id")::to),
                fault("its manifest lacks Plugin-Version, Plugin-Class, Plugin-Requires",
                        PluginJar.of("bad").without("Plugin-Version").without("Plugin-Class").without("Plugin-Requires")
                                ::to),
                fault("its manifest lacks Plugin-Id", PluginJar.of("bad").manifest("Plugin-Id", " ")::to),
                fault("its Plugin-Id must be 1 to 63 letters, digits, '.', '_' or '-', found '../../etc'",
                        PluginJar.of("bad").manifest("Plugin-Id", "../../etc")::to),
                fault("its Plugin-Version must look like 1.2.3, found 'one'",
                        PluginJar.of("bad").manifest("Plugin-Version", "one")::to),
                fault("its manifest has Plugin-Dependencies 'before', but plugins cannot depend on each other",
                        PluginJar.of("bad").manifest("Plugin-Dependencies", "before")::to),
                fault("it needs SDK >=0.2.0 & <0.3.0, this gateway has 0.1.0: use a build of the plugin for this "
                                + "gateway, or a gateway that fits",
                        PluginJar.of("bad").manifest("Plugin-Requires", ">=0.2.0 & <0.3.0")::to),
                fault("it needs SDK 9.0.0, this gateway has 0.1.0",
                        PluginJar.of("bad").manifest("Plugin-Requires", "9.0.0")::to),
                fault("its Plugin-Requires '[1.0,2.0)' cannot be read: write a range such as '>=0.1.0 & <2.0.0'",
                        PluginJar.of("bad").manifest("Plugin-Requires", "[1.0,2.0)")::to));
    }

    private static List<Arguments> classes() {
        return List.of(
                fault("its Plugin-Class demo.Missing is not in the jar",
                        PluginJar.of("bad").manifest("Plugin-Class", "demo.Missing")::to),
                fault("its Plugin-Class io.relaygate.plugin.PluginHost is not in the jar",
                        PluginJar.of("bad").manifest("Plugin-Class", "io.relaygate.plugin.PluginHost")::to),
                fault("its Plugin-Class java.lang.Object is not in the jar",
                        PluginJar.of("bad").manifest("Plugin-Class", "java.lang.Object")::to),
                fault("its Plugin-Class must be the full name of a class, as in com.example.MyPlugin, found 'demo/Demo'",
                        PluginJar.of("bad").manifest("Plugin-Class", "demo/Demo")::to),
                fault("its Plugin-Class demo.DemoSettings does not implement io.relaygate.sdk.GatewayPlugin",
                        PluginJar.of("bad").manifest("Plugin-Class", "demo.DemoSettings")::to),
                fault("its Plugin-Class demo.Demo has no public constructor without arguments",
                        PluginJar.of("bad").members("public Demo(int size) {}")::to),
                fault("its Plugin-Class demo.Demo has no public constructor without arguments",
                        PluginJar.of("bad").members("Demo() {}")::to),
                fault("its Plugin-Class demo.Demo must be a public class, not abstract",
                        PluginJar.of("bad").source("demo.Demo", PluginJar.demo("public Demo() {}", "return null;")
                                .replace("public class", "class"))::to),
                fault("its Plugin-Class demo.Demo must be a public class, not abstract",
                        PluginJar.of("bad").source("demo.Demo", PluginJar.demo("", "return null;")
                                .replace("public class", "public abstract class"))::to),
                fault("its Plugin-Class demo.Demo cannot be loaded: ExceptionInInitializerError, caused by "
                                + "IllegalStateException: static",
                        PluginJar.of("bad").members("static { if (true) throw new IllegalStateException(\"static\"); }")
                                ::to));
    }

    private static List<Arguments> starts() {
        return List.of(
                fault("its constructor failed: IllegalStateException: no licence, caused by IOException: not found",
                        PluginJar.of("bad").members("public Demo() { throw new IllegalStateException(\"no\\nlicence\", "
                                + "new java.io.IOException(\"not found\")); }")::to),
                fault("its constructor failed: Error: boom",
                        PluginJar.of("bad").members("public Demo() { throw new Error(\"boom\"); }")::to),
                fault("its start() failed: RuntimeException: no port",
                        PluginJar.of("bad").members("public void start() { throw new RuntimeException(\"no port\"); }")
                                ::to),
                fault("its start() failed: StackOverflowError",
                        PluginJar.of("bad").members("public void start() { start(); }")::to),
                fault("its start() failed: demo.Demo$Rude",
                        PluginJar.of("bad").members("static class Rude extends RuntimeException { public String "
                                + "getMessage() { throw this; } } public void start() { throw new Rude(); }")::to),
                fault("its start() failed: NoSuchMethodError: 'void demo.Library.newer()'",
                        PluginJar.of("bad").members("public void start() { Library.newer(); }")
                                .source("demo.Library", "package demo; class Library { static void newer() {} }")
                                .swap("demo.Library", "package demo; class Library { static void older() {} }")::to),
                fault("its start() failed: NoClassDefFoundError: org/pf4j/Plugin, caused by ClassNotFoundException",
                        PluginJar.of("bad").members("public void start() { new Old(); }")
                                .source("demo.Old", "package demo; class Old extends org.pf4j.Plugin {}")
                                .source("org.pf4j.Plugin", "package org.pf4j; public class Plugin {}")
                                .leaveOut("org.pf4j.Plugin")::to));
    }

    private static List<Arguments> offers() {
        String settings = "return List.of((Protocol) new Protocol() { public String name() { return \"bad\"; } "
                + "public Class settings() { return %s; } "
                + "public ProtocolHandler open(Record r, RouteContext c) { return null; } });";
        return List.of(
                fault("its protocols() returned none", PluginJar.of("bad").protocols("return null;")::to),
                fault("its protocols() returned none", PluginJar.of("bad").protocols("return List.of();")::to),
                fault("its protocols() contains null",
                        PluginJar.of("bad").protocols("return Collections.singletonList(null);")::to),
                fault("its protocols() failed: UnsupportedOperationException",
                        PluginJar.of("bad").protocols("throw new UnsupportedOperationException();")::to),
                fault("a protocol's name must be 1 to 32 lower-case letters, digits or '-' and begin with a letter, "
                                + "found 'TCP port'",
                        PluginJar.of("bad").protocols("return List.of(new DemoProtocol(\"TCP port\"));")::to),
                fault("a protocol's name must be 1 to 32 lower-case letters, digits or '-' and begin with a letter, "
                                + "found null",
                        PluginJar.of("bad").protocols("return List.of(new DemoProtocol(null));")::to),
                fault("it brings the protocol 'x' twice", PluginJar.of("bad")
                        .protocols("return List.of(new DemoProtocol(\"x\"), new DemoProtocol(\"x\"));")::to),
                fault("the settings of its protocol 'bad' must be a record, found java.lang.String",
                        PluginJar.of("bad").protocols(settings.formatted("String.class"))::to),
                fault("the settings of its protocol 'bad' must be a record, found null",
                        PluginJar.of("bad").protocols(settings.formatted("null"))::to),
                fault("its Plugin-Id 'before' is already taken by 'a-before.jar': remove one of the two",
                        PluginJar.of("other").manifest("Plugin-Id", "before")::to),
                fault("its protocol 'before' is already brought by 'a-before.jar': remove one of the two",
                        PluginJar.of("bad").protocols("return List.of(new DemoProtocol(\"new\"), "
                                + "new DemoProtocol(\"before\"));")::to),
                fault("it is the same jar as 'a-before.jar'",
                        jar -> Files.copy(jar.resolveSibling("a-before.jar"), jar)));
    }

    private static Arguments fault(String reason, Fault fault) {
        return Arguments.of(reason, fault);
    }

    @Test
    void namesTheIdAndVersionOfARefusedPluginOnceTheyAreKnown() throws IOException {
        PluginJar.of("late").manifest("Plugin-Requires", ">=7.0.0").manifest("Plugin-Version", "7.1.2-beta")
                .to(folder.resolve("late.jar"));

        PluginSet found = host.load(new PluginTrust.Everything(), null);

        assertThat(found.list()).singleElement().satisfies(status -> {
            assertThat(status.id()).isEqualTo("late");
            assertThat(status.version()).isEqualTo("7.1.2-beta");
        });
    }

    @Test
    void closesAPluginThatHadStartedBeforeItWasRefused() throws IOException {
        System.clearProperty("relaygate.test.refused");
        PluginJar.of("bad").source("demo.Demo", PluginJar.demo(
                        "public void close() { System.setProperty(\"relaygate.test.refused\", \"closed\"); }",
                        "return List.of();"))
                .to(folder.resolve("bad.jar"));

        host.load(new PluginTrust.Everything(), null);

        assertThat(System.clearProperty("relaygate.test.refused")).isEqualTo("closed");
    }

    @Test
    void doesNotWaitForeverForAPluginThatDoesNotStartOrClose() throws Exception {
        String hangs = "try { new java.util.concurrent.CountDownLatch(1).await(); } catch (InterruptedException e) { }";
        Files.copy(good.resolve("a-before.jar"), folder.resolve("a-before.jar"));
        PluginJar.of("starts").members("public void start() { " + hangs + " } public void close() { System.setProperty(\"relaygate.test.late\", \"closed\"); }")
                .to(folder.resolve("b-starts.jar"));
        PluginJar.of("closes").members("public void close() { " + hangs + " }").to(folder.resolve("c-closes.jar"));
        System.clearProperty("relaygate.test.late");
        List<Thread> threads = new CopyOnWriteArrayList<>();
        Patience patience = new Patience(
                Duration.ofSeconds(1), (name, task) -> threads.add(Thread.ofPlatform().daemon().name(name).start(task)));
        try {
            try (PluginHost impatient = new PluginHost(folder, null, temporary.resolve("more-work"), "0.1.0", patience)) {
                PluginSet found = impatient.load(new PluginTrust.Everything(), null);
                assertThat(found.protocols()).containsOnlyKeys("before", "closes");
                assertThat(found.list().get(1).reason())
                        .isEqualTo("it has not started within 1 s: its constructor, start() or protocols() does not return");
                assertThat(impatient.load(new PluginTrust.Everything(), found).list().get(1).reason())
                        .startsWith("it has not started within 1 s, and is not tried again: ");
            }
            assertThat(threads).filteredOn(Thread::isAlive).extracting(Thread::getName)
                    .contains("plugin-start-starts", "plugin-close-closes");
        } finally {
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(10));
            }
        }
        assertThat(System.clearProperty("relaygate.test.late")).isEqualTo("closed");
    }

    @Test
    void acceptsABareVersionAsThatOrLater() throws IOException {
        PluginJar.of("bare").manifest("Plugin-Requires", "0.0.9").to(folder.resolve("bare.jar"));
        PluginJar.of("any").manifest("Plugin-Requires", "*").to(folder.resolve("any.jar"));

        PluginSet found = host.load(new PluginTrust.Everything(), null);

        assertThat(found.protocols()).containsOnlyKeys("bare", "any");
    }
}
