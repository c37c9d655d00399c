package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugin.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code check} says of memory. */
class MemoryTableTest {

    private static final long GIB = 1L << 30;

    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void prepares() throws IOException {
        Files.createDirectory(folder.resolve("plugins"));
        PluginJar.of("tcp", "{}").to(folder.resolve("plugins/tcp.jar"));
        cli = new Cli(folder);
        Files.writeString(folder.resolve("relaygate.yaml"), """
                entryPoints:
                  sni: { listen: "127.0.0.1:0", maxSessions: 1000, routeTimeout: 1500ms, proxyProtocol: { from: [10.0.0.1] }, limits: { sessionsPerSource: 50 } }
                  any: { listen: "127.0.0.1:0", maxSessions: 2000 }
                routes:
                  - { name: sni, from: sni, when: { sni: a.example }, to: db, open: true }
                  - { name: any, from: any, to: db, open: true }
                destinations: { db: { addresses: ["127.0.0.1:1"] } }
                """);
    }

    @Test
    void tellsTheSumAndShowsTheLayersOnRequest() {
        assertThat(cli.run("check")).as(cli.err()).isZero();
        assertThat(cli.out()).contains("memory: up to 401 MiB for 3,000 sessions at ports; --memory shows it by layer\n");
        assertThat(cli.run("check", "--memory")).isZero();
        assertThat(cli.out().lines().map(line -> line.replaceAll(" {2,}", "|")).toList()).contains(
                "WHERE|LAYER|AT MOST|OF ONE SOURCE|SECONDS|EACH|ALL",
                "sni|kernel queue|4,096|all|-|-|none",
                "sni|PROXY header|1,000|all|1.5|8.0 KiB|7.8 MiB",
                "sni|first bytes|1,000|50|1.5|128 KiB|125 MiB",
                "sni|open sessions|1,000|50|-|130 KiB|127 MiB",
                "sni|known sources|1|all|-|20 MiB|20 MiB",
                "any|open sessions|2,000|all|-|130 KiB|254 MiB");
    }

    @Test
    void countsHttpRequestsWhereARouteTakesThem() throws IOException {
        PluginJar.of("web", "{}").speakingHttp().to(folder.resolve("plugins/web.jar"));
        Files.writeString(folder.resolve("relaygate.yaml"), """
                relay: { hybridConnections: { a: {}, b: {} } }
                entryPoints:
                  requests: { namespaces: [embedded], hybridConnection: a, mode: plain, maxRequests: 100 }
                  bytes: { namespaces: [embedded], hybridConnection: b, mode: plain }
                routes:
                  - { name: requests, from: requests, protocol: web, open: true }
                  - { name: bytes, from: bytes, to: db, open: true }
                destinations: { db: { addresses: ["127.0.0.1:1"] } }
                """);
        assertThat(cli.run("check", "--memory")).as(cli.err()).isZero();
        assertThat(cli.out().lines().map(line -> line.replaceAll(" {2,}", "|")).filter(line -> line.contains("HTTP requests")))
                .containsExactly("requests|HTTP requests|100|all|-|325 KiB|32 MiB", "|memory: up to 32 MiB for 100 HTTP requests, each session in its dearest layer");
    }

    @Test
    void countsTheTlsOfDestinations() throws IOException {
        Path file = folder.resolve("relaygate.yaml");
        Files.writeString(file, Files.readString(file).replace("\"127.0.0.1:1\"]", "\"127.0.0.1:1\"], tls: {}"));
        assertThat(cli.run("check", "--memory")).as(cli.err()).isZero();
        assertThat(cli.out().lines().map(line -> line.replaceAll(" {2,}", "|")).toList())
                .contains("sni|open sessions|1,000|50|-|325 KiB|317 MiB");
    }

    @Test
    void countsTheTlsThatProtocolsBegin() throws IOException {
        PluginJar.of("tcp", "{}").source("demo.DemoSettings", """
                package demo;
                public record DemoSettings(@io.relaygate.sdk.Setting("Whom.") java.util.List<io.relaygate.sdk.Trust> trusted) {}
                """).to(folder.resolve("plugins/tcp.jar"));
        Path file = folder.resolve("relaygate.yaml");
        Files.writeString(file, Files.readString(file).replace("- { name: sni,", "- { name: sni, with: { trusted: [{}] },"));
        assertThat(cli.run("check", "--memory")).as(cli.err()).isZero();
        assertThat(cli.out().lines().map(line -> line.replaceAll(" {2,}", "|")).toList())
                .contains("sni|open sessions|1,000|50|-|325 KiB|317 MiB", "any|open sessions|2,000|all|-|130 KiB|254 MiB");
    }

    @Test
    void warnsOfMoreThanTheHeapAndIsContentAllTheSame() {
        cli.environment.put("RELAYGATE_JAVA_OPTS", "-Xmx256m");
        assertThat(cli.run("check")).isZero();
        assertThat(cli.err()).isEqualTo("warning: memory: up to 401 MiB is more than the 256 MiB that `relaygate run` has for it here; "
                + "lower maxSessions, or give it more: RELAYGATE_JAVA_OPTS=-Xmx1g\n");
        Cli larger = new Cli(folder);
        larger.environment.put("RELAYGATE_JAVA_OPTS", "-Xmx256m -Xmx2g");
        assertThat(larger.run("check")).isZero();
        assertThat(larger.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 4294967296", "-Xmx2g, 2147483648", "-Dx=y -Xmx512M, 536870912", "-XX:MaxRAMPercentage=50, 5368709120",
        "-XX:MaxHeapSize=1048576, 1048576", "-Xmx1g -XX:MaxRAMPercentage=80, 1073741824",
    })
    void theHeapIsThatOfTheLauncher(String options, long heap) {
        assertThat(Heap.of(options, 10 * GIB)).isEqualTo(heap);
    }
}
