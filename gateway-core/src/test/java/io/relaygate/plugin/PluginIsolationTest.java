package io.relaygate.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Metrics;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Tls;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plugin sees of the gateway and of other plugins: the JDK, the SDK and slf4j, and nothing else. */
class PluginIsolationTest {

    @TempDir
    Path temporary;

    private Path folder;
    private PluginHost host;
    private @Nullable PluginSet found;

    @BeforeEach
    void makeFolders() throws IOException {
        folder = Files.createDirectory(temporary.resolve("plugins"));
        host = new PluginHost(folder, temporary.resolve("work"), "0.1.0");
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    @Test
    void twoPluginsCarryConflictingVersionsOfOneLibrary() throws Exception {
        withLibrary("one", "public static String version() { return \"1\"; }", "library.Library.version()");
        withLibrary("two", "public static int version(int x) { return 2 + x; }", "\"\" + library.Library.version(0)");

        found = host.load(new PluginTrust.Everything(), null);

        assertThat(notesOf("one")).containsEntry("library", "1");
        assertThat(notesOf("two")).containsEntry("library", "2");
    }

    @Test
    void aPluginCarriesItsOwnVersionOfALibraryOfTheGateway() throws Exception {
        PluginJar.of("own")
                .source("io.undertow.Version", "package io.undertow; public class Version {"
                        + " public static String getVersionString() { return \"the plugin's\"; } }")
                .source("demo.DemoProtocol", noting("io.undertow.Version.getVersionString()"))
                .to(folder.resolve("own.jar"));

        found = host.load(new PluginTrust.Everything(), null);

        assertThat(notesOf("own")).containsEntry("library", "the plugin's");
    }

    @Test
    void classesOfTheGatewayAndItsLibrariesAreHidden() throws Exception {
        PluginJar.of("echo").to(folder.resolve("echo.jar"));
        found = host.load(new PluginTrust.Everything(), null);
        ClassLoader loader = loaderOf("echo");

        for (String hidden : new String[] {
            "io.relaygate.plugin.PluginHost", "io.relaygate.GatewayConfig", "org.pf4j.Plugin", "io.undertow.Undertow",
            "ch.qos.logback.classic.Logger", "org.snakeyaml.engine.v2.api.Load", "org.junit.jupiter.api.Assertions"
        }) {
            assertThat(Class.forName(hidden, false, getClass().getClassLoader())).hasToString("class " + hidden);
            assertThatThrownBy(() -> loader.loadClass(hidden)).isInstanceOf(ClassNotFoundException.class);
        }
    }

    @Test
    void resourcesOfTheGatewayAreHidden() throws Exception {
        PluginJar.of("echo").file("greeting.txt", "hello").to(folder.resolve("echo.jar"));
        found = host.load(new PluginTrust.Everything(), null);
        ClassLoader loader = loaderOf("echo");
        String pf4j = "org/pf4j/PluginManager.class";

        assertThat(getClass().getClassLoader().getResource(pf4j)).isNotNull();
        assertThat(loader.getResource(pf4j)).isNull();
        assertThat(loader.getResources("META-INF/MANIFEST.MF").asIterator()).toIterable().hasSize(1);
        assertThat(loader.getResources("META-INF/services/org.slf4j.spi.SLF4JServiceProvider").hasMoreElements())
                .isFalse();
        assertThat(loader.getResourceAsStream("greeting.txt")).hasContent("hello");
    }

    @Test
    void theSdkAndTheLogAreTheGatewaysEvenIfThePluginCarriesThem() throws Exception {
        PluginJar.of("fat")
                .source("io.relaygate.sdk.Caller", "package io.relaygate.sdk; public class Caller {}")
                .source("org.slf4j.Marker", "package org.slf4j; public class Marker {}")
                .to(folder.resolve("fat.jar"));
        found = host.load(new PluginTrust.Everything(), null);
        ClassLoader loader = loaderOf("fat");

        assertThat(loader.loadClass("io.relaygate.sdk.GatewayPlugin")).isSameAs(GatewayPlugin.class);
        assertThat(loader.loadClass("io.relaygate.sdk.Caller")).isSameAs(Caller.class);
        assertThat(loader.loadClass("org.slf4j.Marker")).isSameAs(org.slf4j.Marker.class);
    }

    @Test
    void aLibraryBelowThePackageOfTheSdkIsThePluginsOwn() throws Exception {
        PluginJar.of("kit")
                .source("io.relaygate.sdk.kit.Tool", "package io.relaygate.sdk.kit; public class Tool {}")
                .source("org.slf4j.bridge.Bridge", "package org.slf4j.bridge; public class Bridge {}")
                .to(folder.resolve("kit.jar"));
        found = host.load(new PluginTrust.Everything(), null);
        ClassLoader loader = loaderOf("kit");

        assertThat(loader.loadClass("io.relaygate.sdk.kit.Tool").getClassLoader()).isSameAs(loader);
        assertThat(loader.loadClass("org.slf4j.bridge.Bridge").getClassLoader()).isSameAs(loader);
    }

    @Test
    void allCallsSeeThePluginsClassLoaderAsContext() throws Exception {
        String check = "if (Thread.currentThread().getContextClassLoader() != Demo.class.getClassLoader()) "
                + "throw new IllegalStateException(); ";
        PluginJar.of("scoped")
                .source("demo.Demo", PluginJar.demo("public Demo() { " + check + "} public void start() { " + check + "}",
                        check + "return List.of(new DemoProtocol(\"scoped\"));"))
                .source("demo.DemoProtocol", """
                        package demo;
                        import io.relaygate.sdk.*;
                        public record DemoProtocol(String name) implements Protocol<DemoSettings> {
                            public Class<DemoSettings> settings() { return DemoSettings.class; }
                            public ProtocolHandler open(DemoSettings settings, RouteContext context) {
                                %1$s
                                return new ProtocolHandler() {
                                    public void handle(Session session) { %1$s session.note("handled", "yes"); }
                                    public void close() { %1$s }
                                };
                            }
                        }
                        """.formatted(check))
                .to(folder.resolve("scoped.jar"));
        ClassLoader before = Thread.currentThread().getContextClassLoader();

        found = host.load(new PluginTrust.Everything(), null);

        assertThat(found().list()).singleElement().satisfies(status -> assertThat(status.reason()).isNull());
        assertThat(notesOf("scoped")).containsEntry("handled", "yes");
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void saysWhichProtocolOpenedNoHandler() throws Exception {
        PluginJar.of("none")
                .source("demo.DemoProtocol", noting("null").replace("return session", "if (name != null) return null; return session"))
                .to(folder.resolve("none.jar"));
        found = host.load(new PluginTrust.Everything(), null);

        assertThatThrownBy(() -> open("none"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the protocol 'none' opened no handler");
    }

    @Test
    void theClassLoaderIsCollectedAfterClose() throws Exception {
        PluginJar.of("echo").to(folder.resolve("echo.jar"));
        found = host.load(new PluginTrust.Everything(), null);
        assertThat(notesOf("echo")).containsEntry("handled by", "echo");
        WeakReference<ClassLoader> loader = new WeakReference<>(loaderOf("echo"));

        found().close();

        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            System.gc();
            assertThat(loader.get()).isNull();
        });
        assertThat(found().list()).hasSize(1);
    }

    private void withLibrary(String id, String member, String call) throws IOException {
        PluginJar.of(id)
                .source("library.Library", "package library; public class Library { " + member + " }")
                .source("demo.DemoProtocol", noting(call))
                .to(folder.resolve(id + ".jar"));
    }

    private static String noting(String value) {
        return """
                package demo;
                import io.relaygate.sdk.*;
                public record DemoProtocol(String name) implements Protocol<DemoSettings> {
                    public Class<DemoSettings> settings() { return DemoSettings.class; }
                    public ProtocolHandler open(DemoSettings settings, RouteContext context) {
                        return session -> session.note("library", %s);
                    }
                }
                """.formatted(value);
    }

    private ClassLoader loaderOf(String protocol) {
        return protocol(protocol).settings().getClassLoader();
    }

    private Map<String, String> notesOf(String protocol) throws Exception {
        FakeSession session = new FakeSession("");
        try (ProtocolHandler handler = open(protocol)) {
            handler.handle(session);
        }
        return session.notes;
    }

    private ProtocolHandler open(String name) throws Exception {
        return open(protocol(name));
    }

    private Protocol<?> protocol(String name) {
        return Objects.requireNonNull(found().protocols().get(name));
    }

    private static <S extends Record> ProtocolHandler open(Protocol<S> protocol) throws Exception {
        Constructor<S> settings = protocol.settings().getConstructor(String.class);
        return protocol.open(settings.newInstance("hello"), new RouteContext() {
            @Override
            public String route() {
                return "route";
            }

            @Override
            public boolean namesDestination() {
                return false;
            }

            @Override
            public boolean namesIdentityProviders() {
                return false;
            }

            @Override
            public Tls tls() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Metrics metrics() {
                throw new UnsupportedOperationException();
            }

            @Override
            public InstantSource clock() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Closeable every(Duration period, Runnable task) {
                throw new UnsupportedOperationException();
            }

            @Override
            public ThreadFactory threads() {
                throw new UnsupportedOperationException();
            }
        });
    }

    private PluginSet found() {
        return Objects.requireNonNull(found);
    }
}
