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
    void wrongCommandLineIsTold() {
        assertThat(Product.run(folder, "rnu").code()).isEqualTo(2);
        assertThat(Product.run(folder, "run", "-c", "no-such-file.yaml").code()).isEqualTo(78);
    }
}
