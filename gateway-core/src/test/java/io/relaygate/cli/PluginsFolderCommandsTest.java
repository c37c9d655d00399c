package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.relaygate.net.TestAuthority;
import io.relaygate.net.TestProxy;
import io.relaygate.plugin.PluginJar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that change the plugins folder: what they do, what they say, and what they leave alone. */
class PluginsFolderCommandsTest {

    private static final String CONFIGURATION = """
            relay: { listen: "127.0.0.1:0", hybridConnections: { demo: {} } }
            entryPoints: { in: { listen: "127.0.0.1:0" } }
            """;
    private static final String ROUTE = "routes: [ { name: greets, from: in, protocol: line, open: true } ]\n";

    @TempDir
    private Path folder;

    private Path plugins;
    private Path built;
    private Cli cli;

    @BeforeEach
    void prepares() throws IOException {
        plugins = Files.createDirectory(folder.resolve("plugins"));
        Path target = Files.createDirectory(folder.resolve("target"));
        built = line("1.0.0").to(target.resolve("line-1.0.0.jar"));
        cli = new Cli(folder);
    }

    private static PluginJar line(String version) {
        return PluginJar.of("line", "session.client().finish()").manifest("Plugin-Version", version);
    }

    private Cli run(int code, String... arguments) {
        cli = new Cli(folder);
        int real = cli.run(Stream.concat(Stream.of("plugins"), Stream.of(arguments)).toArray(String[]::new));
        assertThat(real).as(cli.out() + cli.err()).isEqualTo(code);
        assertThat(cli.err()).doesNotContain("Exception:", "\tat ");
        return cli;
    }

    private void configure(String more) throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), more + CONFIGURATION);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(plugins)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void installAJarInPlaceOfItsPredecessor() throws IOException {
        assertThat(run(0, "install", "target/line-1.0.0.jar").out().lines())
                .contains("installed " + plugins.resolve("line-1.0.0.jar") + ": line 1.0.0")
                .contains("a gateway that runs follows in about two seconds; `relaygate plugins reload` shows what comes of it");
        assertThat(plugins.resolve("line-1.0.0.jar")).hasSameBinaryContentAs(built);

        line("1.1.0").to(folder.resolve("line-1.1.0.jar"));
        assertThat(run(0, "install", "line-1.1.0.jar").out()).contains("line 1.1.0, in place of line-1.0.0.jar");
        assertThat(files()).containsExactly("line-1.1.0.jar");
        run(0, "install", "line-1.1.0.jar");
        assertThat(files()).containsExactly("line-1.1.0.jar");
        assertThat(run(0, "list").out()).containsPattern("loaded +line-1\\.1\\.0\\.jar +1\\.1\\.0 +line +not said");
    }

    @Test
    void installWhatABuildLeavesInAFolder() throws IOException {
        Files.copy(built, folder.resolve("target/original-line-1.0.0.jar"));
        Files.copy(built, folder.resolve("target/line-1.0.0-sources.jar"));
        PluginJar.of("x").withoutManifest().to(folder.resolve("target/library.jar"));
        Path older = line("0.9.0").to(folder.resolve("target/line-9.jar"));
        Files.setLastModifiedTime(older, FileTime.fromMillis(1));
        run(0, "install", "target");
        assertThat(files()).containsExactly("line-1.0.0.jar");
        assertThat(run(1, "install", "plugins/..").err()).contains("no jar in ").contains("is a plugin");
        assertThat(run(1, "install", "nowhere.jar").err()).contains("no such file: ").contains("nowhere.jar");
    }

    @Test
    void installNothingThatCannotBeUsed() throws IOException {
        run(0, "install", "target");
        line("2.0.0").members("public void start() { throw new Error(\"boom\"); }").to(folder.resolve("line-2.jar"));
        assertThat(run(1, "install", "line-2.jar").err()).contains("problem: line-2.jar: its start() failed: Error: boom", "nothing was changed");

        PluginJar.of("other").protocols("return List.of(new DemoProtocol(\"line\"));").to(folder.resolve("other.jar"));
        assertThat(run(1, "install", "other.jar").err()).contains("it brings 'line', as does line-1.0.0.jar: remove that first");

        configure(ROUTE);
        line("3.0.0").protocols("return List.of(new DemoProtocol(\"renamed\"));").to(folder.resolve("line-3.jar"));
        assertThat(run(1, "install", "line-3.jar").err())
                .contains("it does not bring what line-1.0.0.jar brought: " + folder.resolve("relaygate.yaml") + " needs 'line' for route greets");

        assertThat(run(1, "install", "target", "--sha256", "00").err()).contains("the SHA-256 of line-1.0.0.jar is ").contains("and not 00");
        assertThat(run(1, "install", "relaygate.yaml").err()).contains("must be letters").contains("and end with .jar");
        assertThat(files()).containsExactly("line-1.0.0.jar");
    }

    @Test
    void keepTheLockFileOfJarsThatTheyTouchAndOfNoOthers() throws IOException {
        configure("pluginTrust: lock\n");
        PluginJar.of("stranger").to(plugins.resolve("stranger.jar"));
        assertThat(run(0, "install", "target").out()).contains(", in plugins.lock");
        assertThat(run(0, "list").out()).containsPattern("loaded +line").containsPattern("refused +stranger.*not in plugins\\.lock");

        run(0, "disable", "line");
        assertThat(files()).containsExactly("line-1.0.0.jar.disabled", "plugins.lock", "stranger.jar");
        assertThat(run(0, "list").out()).containsPattern("disabled +line-1\\.0\\.0\\.jar +1\\.0\\.0");
        assertThat(run(0, "disable", "line").out()).contains("disabled already");
        run(0, "enable", "line");
        assertThat(run(0, "list").out()).containsPattern("loaded +line");
        assertThat(run(0, "enable", "line").out()).contains("enabled already");

        run(0, "disable", "line");
        line("6.6.6").to(plugins.resolve("line-1.0.0.jar.disabled"));
        assertThat(run(1, "enable", "line").err()).contains("is not what plugins.lock names");
        run(0, "lock");
        run(0, "enable", "line");
        run(0, "remove", "line-1.0.0.jar");
        assertThat(files()).containsExactly("plugins.lock", "stranger.jar");
        assertThat(Files.readString(plugins.resolve("plugins.lock"))).contains("stranger.jar").doesNotContain("line");

        Files.writeString(plugins.resolve("plugins.lock"), "what\n");
        assertThat(run(1, "install", "target").err()).contains("plugins.lock: line 1 is no SHA-256", "`relaygate plugins lock` writes it anew");
        assertThat(files()).containsExactly("plugins.lock", "stranger.jar");
    }

    @Test
    void takeNothingAwayThatARouteNeeds() throws IOException {
        run(0, "install", "target");
        configure("watchPlugins: false\n" + ROUTE);
        assertThat(run(78, "disable", "line").err()).isEqualTo("relaygate: " + folder.resolve("relaygate.yaml")
                + " needs 'line' for route greets\nrelaygate: nothing was changed: take that out first, or say --force\n");
        run(78, "remove", "line");
        assertThat(files()).containsExactly("line-1.0.0.jar");
        assertThat(run(0, "remove", "line", "--force").err()).contains("a gateway that runs keeps the plugin");
        assertThat(cli.out()).contains("a gateway that runs follows when it is told to: `relaygate plugins reload`");
        assertThat(files()).isEmpty();
        assertThat(run(1, "remove", "line").err()).contains("is named 'line' or has this Plugin-Id");
    }

    @Test
    void knowDialersAsTheyKnowProtocols() throws IOException {
        PluginJar.of("ways").source("demo.Demo", """
                package demo;
                import io.relaygate.sdk.*;
                import java.util.List;
                public class Demo implements GatewayPlugin {
                    public List<Protocol<?>> protocols() { return List.of(); }
                    public List<Dialer<?>> dialers() { return List.of(new Way()); }
                    record Way() implements Dialer<DemoSettings> {
                        public String name() { return "tunnel"; }
                        public Class<DemoSettings> settings() { return DemoSettings.class; }
                        public DialerHandle open(DemoSettings settings, DialerContext context) { return null; }
                    }
                }
                """).manifest("Plugin-Protocols", "none").manifest("Plugin-Dialers", "tunnel").to(folder.resolve("ways.jar"));
        assertThat(run(0, "verify", "ways.jar").out()).contains("it starts and brings via tunnel", "settings of 'via tunnel'");
        run(0, "install", "ways.jar");
        assertThat(run(0, "info", "ways").out()).contains("dialers      tunnel\n", "with:  # via: dialer tunnel\n");
        configure("destinations: { d: { addresses: [ \"a:1\" ], via: { dialer: tunnel } } }\n");
        assertThat(run(78, "disable", "ways").err()).contains(" needs 'via tunnel' for destination d");
    }

    @Test
    void installWhatAPublisherHasSigned() throws IOException {
        Cli identity = new Cli(folder);
        assertThat(identity.run("identity", "--key", "publisher.pem")).isZero();
        configure("pluginTrust: signed\npluginPublishers: { us: \"" + identity.out().strip() + "\" }\n");
        PluginJar.of("line").members("static { System.setProperty(\"relaygate.test.installed\", \"yes\"); }").to(built);
        assertThat(run(1, "install", "target").err()).contains("no such file: ").contains("line-1.0.0.jar.sig");
        assertThat(System.getProperty("relaygate.test.installed")).isNull();
        run(0, "sign", "--key", "publisher.pem", "target/line-1.0.0.jar");
        run(0, "install", "target");
        assertThat(System.clearProperty("relaygate.test.installed")).isEqualTo("yes");
        assertThat(files()).containsExactly("line-1.0.0.jar", "line-1.0.0.jar.sig");
        run(0, "remove", "line");
        assertThat(files()).isEmpty();
    }

    @Test
    void installFromAnAddress() throws IOException {
        TestAuthority authority = new TestAuthority(folder);
        authority.issue("server", "CN=localhost", "-ext", "san=dns:localhost,dns:plugins.test");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.server("server")));
        Map<String, String> moved = Map.of("/old/line-1.0.0.jar", "/line-1.0.0.jar", "/plain.jar", "http://localhost/line.jar");
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (moved.containsKey(path)) {
                exchange.getResponseHeaders().set("Location", moved.get(path));
                exchange.sendResponseHeaders(302, -1);
            } else if (path.equals("/line-1.0.0.jar")) {
                exchange.sendResponseHeaders(200, 0);
                Files.copy(built, exchange.getResponseBody());
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
            exchange.close();
        });
        server.start();
        try {
            String address = "https://localhost:" + server.getAddress().getPort();
            assertThat(run(1, "install", address + "/old/line-1.0.0.jar").err())
                    .contains(address + "/old/line-1.0.0.jar: its certificate is of no authority that is trusted here; --ca-file names one");
            run(0, "install", address + "/old/line-1.0.0.jar", "--ca-file", "ca.pem");
            assertThat(plugins.resolve("line-1.0.0.jar")).hasSameBinaryContentAs(built);
            assertThat(run(1, "install", address + "/none.jar", "--ca-file", "ca.pem").err()).contains("there is nothing (404)");
            assertThat(run(1, "install", address + "/plain.jar", "--ca-file", "ca.pem").err()).contains("must begin with https://");
            assertThat(run(1, "install", "http://localhost/line.jar").err()).contains("must begin with https://");
            assertThat(run(2, "install", "https://local host/line.jar").err()).contains("is no address");
            try (TestProxy proxy = new TestProxy()) {
                configure("outboundProxy: { url: \"http://" + proxy.address() + "\" }\n");
                String named = "plugins.test:" + server.getAddress().getPort();
                run(0, "install", "https://" + named + "/line-1.0.0.jar", "--ca-file", "ca.pem");
                assertThat(proxy.asked).as("the jar and its signature").containsExactly(named, named);
                proxy.login = "gateway:secret";
                assertThat(run(1, "install", "https://" + named + "/line-1.0.0.jar", "--ca-file", "ca.pem").err())
                        .contains("the proxy http://" + proxy.address() + " wants a login (407");
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void showWhatAPluginSaysOfItself() throws IOException {
        PluginJar.of("line").manifest("Plugin-Description", "Lines\u001b[31m.").manifest("Plugin-Network", "asks a name server")
                .manifest("Plugin-Protocols", "line").source("demo.DemoSettings", "package demo; public record DemoSettings("
                        + "@io.relaygate.sdk.Setting(value = \"To whom.\", example = \"sql\") String to) {}").to(built);
        run(0, "install", "target");
        String info = run(0, "info", "line").out();
        assertThat(info.lines())
                .contains("file         " + plugins.resolve("line-1.0.0.jar"), "state        loaded", "description  Lines [31m.",
                        "network      asks a name server", "files        not said", "SDK          >=0.1.0 & <0.2.0")
                .endsWith("with:  # protocol: line", "  to: sql  # To whom.");
        assertThat(info).containsPattern("sha256 +[0-9a-f]{64}");
        assertThat(run(0, "info", "target/line-1.0.0.jar").out()).contains("state        not in the plugins folder");
        assertThat(run(0, "info", "plugins/line-1.0.0.jar").out()).contains("state        loaded");
        assertThat(run(1, "info", "nobody").err()).contains("is named 'nobody'");
    }
}
