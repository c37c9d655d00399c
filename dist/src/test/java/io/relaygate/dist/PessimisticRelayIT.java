package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.tds.FakeSqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every protocol once through a relay that behaves as badly as Azure might. */
@Timeout(180)
@ExtendWith(NothingLeftBehind.class)
class PessimisticRelayIT {

    private static final int FILE = 8 << 20;

    @Test
    void everyProtocolPassesInATunnelWhoseCarriersAreCut() throws IOException {
        Postgres.require();
        RedisServer.require();
        Sshd.require();
        Interop.require("curl", "tsql");
        try (TestServer echo = TestServer.echo();
                HttpFiles files = HttpFiles.start();
                Postgres postgres = Postgres.start();
                RedisServer redis = RedisServer.start("pessimistic-redis", "inner");
                Sshd sshd = Sshd.start();
                FakeSqlServer sql = new FakeSqlServer("fake", FakeSqlServer.Tls.NONE, null);
                ThreeProcesses gateways = ThreeProcesses.pessimistic("pessimistic", "tunnel", Map.of(
                        "echo", echo.address(),
                        "web", files.address(),
                        "pg", "127.0.0.1:" + postgres.port(),
                        "cache", "127.0.0.1:" + redis.port(),
                        "host", "127.0.0.1:" + sshd.port(),
                        "sql", sql.address()))) {
            RelayGateProcess site = gateways.site();
            site.reload(gateways.siteYaml("credential: { sasKeyName: site, sasKey: \"${file:site.key}\" }")
                    .replace("to: web,", "to: web, protocol: http,")
                    .replace("to: pg,", "to: pg, protocol: postgres,")
                    .replace("to: cache,", "to: cache, protocol: redis,")
                    .replace("to: host,", "to: host, protocol: ssh, with: { mode: passthrough },")
                    .replace("to: sql,", "to: sql, protocol: tds, with: { mode: passthrough },"));
            try (TestClient client = TestClient.connect(gateways.port("echo"))) {
                exchangesWhileCarriersAreCut(gateways, client);
                web(gateways, files);
                assertThat(Postgres.psql(gateways.port("pg"), "select sum(i) from generate_series(1, 1000) i").orFail().out())
                        .isEqualTo("500500\n");
                assertThat(RedisServer.cli(gateways.port("cache"), "-a", "inner", "set", "a", "b").orFail().out()).isEqualTo("OK\n");
                assertThat(RedisServer.cli(gateways.port("cache"), "-a", "inner", "get", "a").orFail().out()).isEqualTo("b\n");
                ssh(gateways, sshd);
                assertThat(tsql(gateways.port("sql")).out()).contains("fake:");
                client.exchange(100_000);
                assertThat(client.finish()).isEmpty();
            }
            assertThat(gateways.edge().child().told()).doesNotContain("RELAY_LOST");
        }
    }

    /** At least three carriers are cut meanwhile. */
    private static void exchangesWhileCarriersAreCut(ThreeProcesses gateways, TestClient client) {
        double before = gateways.relay().metric("relaygate_embedded_relay_handshakes_total{action=\"connect\",status=\"served\"}");
        Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofSeconds(60)).until(() -> {
            client.exchange(10_000);
            return gateways.relay().metric("relaygate_embedded_relay_handshakes_total{action=\"connect\",status=\"served\"}") > before + 2;
        });
    }

    private static void web(ThreeProcesses gateways, HttpFiles files) {
        Path folder = Folders.fresh("pessimistic-web");
        String url = "http://127.0.0.1:" + gateways.port("web");
        Programs curl = Programs.in(folder);
        curl.bash("curl -fsS -o file \"$1\"", url + "/" + FILE).orFail();
        String digest = files.digest(FILE);
        assertThat(curl.bash("sha256sum <file").orFail().out()).isEqualTo(digest + "  -\n");
        assertThat(curl.bash("curl -fsS -T file \"$1/\"", url).orFail().out()).isEqualTo(digest);
    }

    private static void ssh(ThreeProcesses gateways, Sshd sshd) throws IOException {
        assertThat(sshd.ssh(gateways.port("host"), "echo out").orFail().out()).isEqualTo("out\n");
        byte[] bytes = new byte[2 << 20];
        new Random(3).nextBytes(bytes);
        Path from = Files.write(Folders.fresh("pessimistic-ssh").resolve("from"), bytes);
        sshd.copyTo(gateways.port("host"), from, sshd.there("copy")).orFail();
        assertThat(sshd.there("copy")).hasSameBinaryContentAs(from);
    }

    private static Programs.Ended tsql(int port) {
        return Programs.in(Folders.WORK)
                .with("TDSVER", "7.4")
                .bash("printf \"select 'where'\\ngo\\nexit\\n\" | tsql -o q -H 127.0.0.1 -p \"$1\" -U ann -P secret -D Orders", Integer.toString(port));
    }

    /** Both ends of a session end cleanly, each by itself, though the relay tells the site of neither how. */
    @Test
    void sessionsOfPlainModeKeepTheirEnds() throws IOException {
        try (TestServer echo = TestServer.echo();
                TestServer named = TestServer.named("first");
                ThreeProcesses gateways =
                        ThreeProcesses.pessimistic("pessimistic-plain", "plain", Map.of("echo", echo.address(), "name", named.address()))) {
            for (int i = 0; i < 5; i++) {
                try (TestClient client = TestClient.connect(gateways.port("echo"), i)) {
                    client.exchange(100_000);
                    client.send("the rest");
                    assertThat(client.finish()).isEqualTo("the rest");
                }
            }
            Awaitility.await().until(() -> gateways.site().metric("relaygate_sessions_open") == 0);
            assertThat(gateways.site().child().told()).doesNotContain("BROKEN").doesNotContain("RELAY_LOST");
        }
    }
}
