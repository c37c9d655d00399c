package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.TestProtocol.Pick;
import io.relaygate.TestProtocol.PickSettings;
import io.relaygate.config.ConfigException;
import io.relaygate.config.Problem;
import io.relaygate.destination.SiteSettings;
import io.relaygate.relay.Wire;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.ProtocolHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import io.relaygate.tunnel.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayConfigTest {

    private static final String SMALL = """
            entryPoints: { in: { listen: "127.0.0.1:0" } }
            routes: [ { name: a, from: in, to: echo, open: true } ]
            destinations: { echo: { addresses: [ "127.0.0.1:7001" ] } }
            """;

    @TempDir
    Path folder;

    private GatewayConfig load(String text) throws IOException, ConfigException {
        return GatewayConfig.load(Files.writeString(folder.resolve("a.yaml"), text), TestProtocol.all());
    }

    @Test
    void givesSitesTheirDefaults() throws Exception {
        GatewayConfig config = load("""
                relay: { hybridConnections: { site-oslo: {}, site-lima: {}, rome: {} } }
                siteDefaults: { namespaces: [ embedded ], hybridConnection: "site-{site}", services: [ a, b ], connectTimeout: 3s }
                sites:
                  oslo: {}
                  lima: { services: c, connectTimeout: 4s }
                  rome: { hybridConnection: rome, services: [] }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: a, from: in, when: { sni: "{site}.{service}.contoso.com" }, to: "{site}/{service}", open: true } ]
                """);

        assertThat(config.sites())
                .containsExactly(
                        Map.entry("oslo", new SiteSettings(List.of("embedded"), "site-oslo", List.of("a", "b"), Mode.TUNNEL, Wire.RELAYGATE, Duration.ofSeconds(3), List.of())),
                        Map.entry("lima", new SiteSettings(List.of("embedded"), "site-lima", List.of("c"), Mode.TUNNEL, Wire.RELAYGATE, Duration.ofSeconds(4), List.of())),
                        Map.entry("rome", new SiteSettings(List.of("embedded"), "rome", List.of("a", "b"), Mode.TUNNEL, Wire.RELAYGATE, Duration.ofSeconds(3), List.of())));
    }

    @Test
    void letsASiteTwentySecondsToConnect() throws Exception {
        GatewayConfig config = load("""
                relay: { hybridConnections: { demo: {} } }
                sites: { oslo: { namespaces: embedded, hybridConnection: demo, services: echo } }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: a, from: in, to: oslo/echo, open: true } ]
                """);

        assertThat(config.sites().get("oslo")).extracting(site -> site.connectTimeout()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void keepsItsStateBesideTheFileUnlessToldOtherwise() throws Exception {
        assertThat(load(SMALL).stateDir()).isEqualTo(folder.resolve("relaygate-state"));
        assertThat(load(SMALL + "stateDir: state\n").stateDir()).isEqualTo(folder.resolve("state"));
        assertThat(folder.resolve("state")).as("checking writes nothing").doesNotExist();
    }

    @Test
    void bindsTheSettingsOfEveryRoute() throws Exception {
        Pick pick = new Pick(new AtomicInteger());
        Path file = Files.writeString(folder.resolve("a.yaml"), """
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: a, from: in, protocol: pick, with: { letters: { x: echo } }, open: true } ]
                destinations: { echo: { addresses: [ "127.0.0.1:7001" ] } }
                """);

        GatewayConfig config = GatewayConfig.load(file, Map.of("pick", pick));

        assertThat(pick.open()).as("handlers are closed after the check").hasValue(0);
        assertThat(config.routes()).singleElement().satisfies(route -> {
            assertThat(route.with()).isEqualTo(new PickSettings(Map.of("x", new DestinationName(null, "echo")), List.of(), null, Map.of(), 3));
            ProtocolHandler handler = route.tried();
            assertThat(pick.open()).hasValue(1);
            handler.close();
        });
    }

    @Test
    void isEqualWhenTheFileSaysTheSame() throws Exception {
        Files.writeString(folder.resolve("key.txt"), "one");
        String text = """
                namespaces: { weu: { endpoint: "sb://a.example.com/", credential: { sasKeyName: a, sasKey: "${file:key.txt}" } } }
                entryPoints: { hub: { namespaces: weu, hybridConnection: demo } }
                routes: [ { name: a, from: hub, protocol: pick, with: { letters: { x: echo } }, open: true } ]
                destinations: { echo: { addresses: [ "127.0.0.1:7001" ] } }
                """;
        GatewayConfig before = load(text);

        Files.writeString(folder.resolve("key.txt"), "two");
        GatewayConfig after = load("# a comment\n" + text.replace("{ weu", "{   weu"));

        assertThat(after.settings()).isEqualTo(before.settings());
        assertThat(load(text.replace("x: echo", "y: echo")).settings()).isNotEqualTo(before.settings());
    }

    @Test
    void neverShowsASecret() throws Exception {
        Files.writeString(folder.resolve("key.txt"), "hunter2");
        GatewayConfig config = load("""
                namespaces: { weu: { endpoint: "sb://a.example.com/", credential: { sasKeyName: a, sasKey: "${file:key.txt}" } } }
                entryPoints: { hub: { namespaces: weu, hybridConnection: demo } }
                routes: [ { name: a, from: hub, to: echo, open: true } ]
                destinations: { echo: { addresses: [ "127.0.0.1:7001" ] } }
                """);

        assertThat(config.toString()).contains("${file:key.txt}").doesNotContain("hunter2");
    }

    @Test
    void knowsItsPluginsBeforeItIsChecked() throws Exception {
        Path file = folder.resolve("a.yaml");
        assertThat(Preview.of(file).plugins()).isEmpty();
        Files.writeString(file, "plugins: jars\nroutes: wrong\n");
        assertThat(Preview.of(file).plugins()).contains(folder.resolve("jars"));
        Files.writeString(file, "[");
        assertThat(Preview.of(file).plugins()).isEmpty();
    }

    @Test
    void namesTheFileAsTheOperatorDid() {
        Path file = Path.of("target", "..", "no-such-file.yaml");

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> GatewayConfig.load(file, TestProtocol.all()))
                .satisfies(e -> assertThat(e.problems())
                        .containsExactly(new Problem(file.toString(), 1, 1, "", "no such file: " + file)));
    }
}
