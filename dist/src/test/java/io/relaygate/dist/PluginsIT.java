package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Good and bad jars in the plugins folder, and configuration files that are wrong. */
@ExtendWith(NothingLeftBehind.class)
class PluginsIT {

    private static TestServer echo;
    private static Path folder;

    @BeforeAll
    static void start() throws IOException {
        folder = Folders.fresh("plugins");
        echo = TestServer.echo();
        Path plugins = Folders.create(folder.resolve("mixed"));
        try (Stream<Path> shipped = Files.list(Product.home().resolve("plugins"))) {
            for (Path jar : shipped.toList()) {
                Files.copy(jar, plugins.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Folders.write(plugins.resolve("a-text.jar"), "this is no jar\n");
        jar(plugins.resolve("b-no-keys.jar"), Map.of());
        jar(plugins.resolve("c-future.jar"), keys("future", ">=99.0.0"));
        jar(plugins.resolve("d-throws.jar"), keys("throws", ">=0.1.0"));
    }

    @AfterAll
    static void stop() {
        Closing.all(echo);
    }

    private static Map<String, String> keys(String id, String requires) {
        return Map.of("Plugin-Id", id, "Plugin-Version", "1.0.0", "Plugin-Requires", requires, "Plugin-Class",
                ThrowingPlugin.class.getName());
    }

    private static void jar(Path file, Map<String, String> keys) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        keys.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        String type = ThrowingPlugin.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest);
                InputStream in = Objects.requireNonNull(PluginsIT.class.getClassLoader().getResourceAsStream(type))) {
            jar.putNextEntry(new JarEntry(type));
            in.transferTo(jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String yaml(String plugins, String protocol) {
        return """
                plugins: "%s"
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [{ name: in, from: in, protocol: %s, to: echo, open: true }]
                destinations: { echo: { addresses: ["%s"] } }
                """.formatted(folder.resolve(plugins), protocol, echo.address());
    }

    /** A folder with the jar of protocol tcp alone. */
    private static Path withTcp(String name) throws IOException {
        Path plugins = Folders.create(folder.resolve(name));
        try (Stream<Path> shipped = Files.list(Product.home().resolve("plugins"))) {
            for (Path jar : shipped.filter(path -> path.toString().contains("tcp")).toList()) {
                Files.copy(jar, plugins.resolve("tcp.jar"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return plugins;
    }

    private static Path file(String name, String yaml) {
        return Folders.write(folder.resolve(name).resolve("relaygate.yaml"), yaml);
    }

    @Test
    void shippedPluginsAreListed() {
        assertThat(Product.run(folder, "plugins", "list").orFail().out()).contains("tcp");
    }

    @Test
    void badJarsAreNamedWithTheirReasons() {
        Path file = file("list", yaml("mixed", "tcp"));
        Programs.Ended ended = Product.run(folder, "plugins", "list", "-c", file.toString());
        assertThat(ended.out())
                .containsPattern("a-text\\.jar.*not a (jar|zip)|a-text\\.jar.*no jar")
                .containsPattern("b-no-keys\\.jar.*lacks Plugin-Id")
                .containsPattern("c-future\\.jar.*needs SDK >=99\\.0\\.0")
                .containsPattern("d-throws\\.jar.*the licence file is missing");
    }

    @Test
    void gatewayRunsWithoutBadJarsAndSaysSo() throws IOException {
        try (RelayGateProcess process = RelayGateProcess.start(
                        Folders.create(folder.resolve("runs")), "run", yaml("mixed", "tcp"))
                .ready()) {
            try (TestClient client = TestClient.connect(process.port("in"))) {
                client.exchange(1000);
            }
            assertThat(process.child().told())
                    .contains("a-text.jar", "b-no-keys.jar", "c-future.jar", "d-throws.jar")
                    .contains("the licence file is missing");
        }
    }

    @Test
    void jarsThatComeAndGoAreTakenUpWhileSessionsGoOn() throws IOException {
        Path plugins = withTcp("changing");
        String yaml = yaml("changing", "tcp");
        try (RelayGateProcess process = RelayGateProcess.start(Folders.create(folder.resolve("changes")), "run",
                                yaml.replace("entryPoints", "admin: { listen: \"127.0.0.1:0\" }\nentryPoints"))
                        .ready();
                TestClient client = TestClient.connect(process.port("in"))) {
            client.exchange(1000);
            jar(plugins.resolve("bad.jar"), keys("throws", ">=0.1.0"));
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> process.admin("/plugins").body().contains("the licence file is missing"));

            Folders.write(plugins.resolve("tcp.jar"), "half");
            Programs.Ended kept = Product.run(folder, "plugins", "reload", "-c", process.configuration().toString());
            assertThat(kept.code()).isEqualTo(1);
            assertThat(kept.out()).containsPattern("kept +tcp\\.jar .* tcp +nothing +it is not a jar").containsPattern("refused +bad\\.jar");

            Files.delete(plugins.resolve("tcp.jar"));
            Programs.Ended refused = Product.run(folder, "plugins", "reload", "-c", process.configuration().toString());
            assertThat(refused.code()).isEqualTo(78);
            assertThat(refused.err()).contains("no plugin brings 'tcp'");
            client.exchange(1000);
            try (TestClient another = TestClient.connect(process.port("in"))) {
                another.exchange(1000);
            }
        }
    }

    @Test
    void commandsThatChangeTheFolderAreFollowedByTheRunningGateway() throws IOException {
        Path plugins = withTcp("commanded");
        Path built = Folders.create(folder.resolve("built"));
        PluginFile.add(built, "naming", NamingPlugin.class);
        String yaml = "pluginTrust: lock\nadmin: { listen: \"127.0.0.1:0\" }\n" + yaml("commanded", "tcp");
        Path configured = file("commands", yaml);
        Product.run(folder, "plugins", "lock", "-c", configured.toString()).orFail();
        try (RelayGateProcess process = RelayGateProcess.start(folder.resolve("commands"), "run", yaml).ready();
                TestClient client = TestClient.connect(process.port("in"))) {
            client.exchange(1000);
            Programs.Ended installed = Product.run(folder, "plugins", "install", "-c", configured.toString(), "built").orFail();
            assertThat(installed.out()).contains("installed ", "naming 1.0.0", ", in plugins.lock", "a gateway that runs follows");
            follows(process, "naming", true);

            Product.run(folder, "plugins", "disable", "-c", configured.toString(), "naming").orFail();
            follows(process, "naming", false);
            Product.run(folder, "plugins", "remove", "-c", configured.toString(), "naming").orFail();

            Programs.Ended needed = Product.run(folder, "plugins", "remove", "-c", configured.toString(), "tcp");
            assertThat(needed.code()).isEqualTo(78);
            assertThat(needed.err()).contains(" needs 'tcp' for route in", "nothing was changed");
            client.exchange(1000);
            Programs.in(plugins).bash("sha256sum -c plugins.lock").orFail();
        }
    }

    private static void follows(RelayGateProcess process, String protocol, boolean there) {
        Awaitility.await().atMost(Duration.ofSeconds(20))
                .until(() -> process.admin("/plugins").body().contains("\"protocols\":[\"" + protocol + "\"]") == there);
    }

    @Test
    void jarsThatNobodyTrustsAreNotLoaded() throws IOException {
        Path plugins = withTcp("trusted");
        Path locked = file("locked", "pluginTrust: lock\n" + yaml("trusted", "tcp"));
        assertThat(Product.run(folder, "check", "-c", locked.toString()).toString()).contains("no such file", "`relaygate plugins lock` makes it");
        Product.run(folder, "plugins", "lock", "-c", locked.toString()).orFail();
        assertThat(Product.run(folder, "check", "-c", locked.toString()).orFail().code()).isZero();
        Programs.in(plugins).bash("sha256sum -c plugins.lock").orFail();

        String key = Product.run(folder, "identity", "--key", "publisher.pem").orFail().out().strip();
        Path signed = file("signed", "pluginTrust: signed\npluginPublishers: { us: \"" + key + "\" }\n" + yaml("trusted", "tcp"));
        assertThat(Product.run(folder, "plugins", "list", "-c", signed.toString()).out()).containsPattern("refused +tcp\\.jar .*tcp\\.jar\\.sig");
        Programs.in(plugins).bash("openssl pkeyutl -sign -rawin -inkey ../publisher.pem -in tcp.jar -out tcp.jar.sig").orFail();
        assertThat(Product.run(folder, "check", "-c", signed.toString()).orFail().code()).isZero();
        Product.run(folder, "plugins", "sign", "--key", "publisher.pem", plugins.resolve("tcp.jar").toString()).orFail();
        assertThat(Product.run(folder, "check", "-c", signed.toString()).orFail().code()).isZero();
    }

    @Test
    void gatewayRefusesToStartWithoutPluginThatRouteNeeds() {
        try (RelayGateProcess process = RelayGateProcess.start(
                Folders.create(folder.resolve("refuses")), "run", yaml("mixed", "throws"))) {
            assertThat(process.child().exitCode(Duration.ofSeconds(10))).isEqualTo(78);
            assertThat(process.child().told()).contains("relaygate.yaml:3:").contains("throws");
        }
    }

    @Test
    void checkListsEverythingThatIsWrongAtOnce() {
        Path file = file("wrong", """
                entryPoints: { in: { listen: "127.0.0.1:70000" } }
                routes: [{ name: in, from: inn, protocol: tcpp, to: nowhere }]
                destinatons: {}
                """);
        Programs.Ended ended = Product.run(folder, "check", "-c", file.toString());
        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.toString())
                .contains("relaygate.yaml:1:")
                .contains("70000")
                .contains("did you mean 'in'?")
                .contains("did you mean 'tcp'?")
                .contains("did you mean 'destinations'?")
                .doesNotContain("\tat ");
    }

    @Test
    void checkIsContentWithValidFile() {
        Path file = file("right", yaml("mixed", "tcp"));
        assertThat(Product.run(folder, "check", "-c", file.toString()).orFail().code()).isZero();
    }

    @Test
    void checkShowsWhatAProtocolNotesOfItsSettings() {
        Path file = file("noted", """
                entryPoints: { web: { listen: "127.0.0.1:0" } }
                routes: [ { name: shop, from: web, protocol: http, open: true, with: { hosts: { a: { to: far, path: { pattern: "x+", value: "y" } } } } } ]
                destinations: { far: { addresses: [ "127.0.0.1:9" ] } }
                """);
        assertThat(Product.run(folder, "check", "-c", file.toString()).orFail().toString()).contains("  note: route shop: host a: what `pattern` changes");
    }

    @Test
    void wrongCommandLineIsTold() {
        assertThat(Product.run(folder, "rnu").code()).isEqualTo(2);
        assertThat(Product.run(folder, "run", "-c", "no-such-file.yaml").code()).isEqualTo(78);
    }
}
