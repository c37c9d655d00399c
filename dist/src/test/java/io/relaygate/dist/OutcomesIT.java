package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The edge tells apart why sessions cannot be established, alike in both modes, and measures the way of those that can. */
@Timeout(180)
class OutcomesIT {

    private static final String CREDENTIAL = "credential: { sasKeyName: site, sasKey: \"${file:site.key}\" }";

    private static TestServer echo;

    @BeforeAll
    static void start() {
        echo = TestServer.echo();
    }

    @AfterAll
    static void stop() {
        echo.close();
    }

    private static ThreeProcesses start(String mode) {
        Map<String, String> services = new LinkedHashMap<>();
        services.put("echo", echo.address());
        services.put("down", TestServer.refusing());
        services.put("gone", echo.address());
        services.put("measure", echo.address());
        String name = "outcomes-" + mode;
        ThreeProcesses gateways =
                mode.equals("plain") ? ThreeProcesses.plain(name, "", services) : ThreeProcesses.tunnel(name, services);
        try {
            services.remove("gone");
            services.remove("measure");
            String measure = "routes:\n  - { name: measure, from: hub, service: measure, protocol: measure,"
                    + " with: { atOnce: 1 }, open: true }\n";
            gateways.site().reload(gateways.siteYaml(CREDENTIAL, services).replace("routes:\n", measure));
            gateways.edge().reload(gateways.edgeYaml("").replace("services:", "connectTimeout: 2s, services:"));
            return gateways;
        } catch (RuntimeException | Error e) {
            gateways.close();
            throw e;
        }
    }

    private static String command(RelayGateProcess process, String command, String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = command;
        all[1] = "-c";
        all[2] = process.configuration().toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return Product.run(process.state(), all).orFail().out();
    }

    private static void refused(ThreeProcesses gateways, String service, String reason) throws IOException {
        String series = "relaygate_sessions_refused_total{destination=\"oslo/" + service + "\",entry_point=\"" + service
                + "\",reason=\"" + reason + "\"}";
        assertThat(gateways.edge().metric(series)).isZero();
        try (TestClient client = TestClient.connect(gateways.port(service))) {
            assertThatThrownBy(client::rest).as("%s", reason).isInstanceOf(IOException.class);
        }
        within(10, () -> gateways.edge().metric(series) == 1);
        String told = gateways.edge().child().told();
        assertThat(told.lines().filter(line -> line.contains("\"destination\":\"oslo/" + service + "\"")
                        && line.contains("\"reason\":\"" + reason + "\"")))
                .as(told)
                .anyMatch(line -> line.contains("\"logger\":\"relaygate.audit\"") && line.contains("\"ending\":\"REFUSED\""))
                .anyMatch(line -> line.contains("\"level\":\"WARN\"") && line.contains("\"msg\":\"session refused\""));
    }

    private static void within(int seconds, Callable<Boolean> condition) {
        Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(seconds)).until(condition);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tunnel", "plain"})
    void whyASessionCannotBeEstablishedIsToldApart(String mode) throws Exception {
        try (ThreeProcesses gateways = start(mode)) {
            refused(gateways, "down", "UNREACHABLE");
            refused(gateways, "gone", "NOT_FOUND");
            try (TestClient measuring = TestClient.connect(gateways.port("measure"))) {
                assertThat(measuring.line()).isEqualTo("relaygate-measure 1");
                refused(gateways, "measure", "BUSY");
            }
            try (TestClient client = TestClient.connect(gateways.port("echo"))) {
                client.exchange(10);
            }
            gateways.site().child().signal("TERM");
            gateways.site().child().exitCode(Duration.ofSeconds(20));
            refused(gateways, "echo", "NO_SITE");
            assertThat(command(gateways.edge(), "status")).contains("NO_SITE").contains("nobody listens");
            gateways.relay().child().signal("KILL");
            gateways.relay().child().exitCode(Duration.ofSeconds(5));
            refused(gateways, "echo", "NO_RELAY");
            within(10, () -> command(gateways.edge(), "status").contains("NO_RELAY"));
        }
    }

    @Test
    void wayOfATunnelIsMeasuredAndShown() {
        try (ThreeProcesses gateways = start("tunnel")) {
            assertThat(command(gateways.edge(), "status", "oslo")).containsPattern("oslo +tunnel +own +not tried +0 +0");
            String report = command(gateways.edge(), "bench", "--mebibytes", "2", "oslo/echo");
            assertThat(report)
                    .startsWith("oslo/echo, tunnel over own\n")
                    .containsPattern("the first opening, which makes the carrier +[0-9.]+ ms")
                    .containsPattern("opening a session +[0-9.]+ ms +[0-9.]+ ms +[0-9.]+ ms +3\n")
                    .containsPattern("of it at the site, connecting to the destination +[0-9.]+ ms")
                    .containsPattern("to the site and back on the carrier of lane 0 over own +[0-9.]+ ms .* 20\n")
                    .containsPattern("a byte there and back in a session +[0-9.]+ ms .* 50\n")
                    .containsPattern("up +[0-9.]+ MiB/s +2048 KiB")
                    .containsPattern("down +[0-9.]+ MiB/s +2048 KiB")
                    .contains("no first byte of the service in 300 ms");
            assertThat(command(gateways.edge(), "status")).containsPattern("oslo +tunnel +own +up +2");
            assertThat(command(gateways.site(), "status"))
                    .containsPattern("hub +tunnel +own/site-oslo +2 of 2 +listening")
                    .containsPattern("from [0-9a-f]{16}\\.[0-9a-f]+ 1 +own +up ");
            assertThat(gateways.edge().metric("relaygate_tunnel_sessions_opened_total"))
                    .isEqualTo(gateways.site().metric("relaygate_tunnel_sessions_opened_total"))
                    .as("seven, and what was busy and tried again")
                    .isGreaterThanOrEqualTo(7);
            assertThat(gateways.edge().metric("relaygate_sessions_started_total")).as("no session of a client").isZero();
        }
    }

    @Test
    void nothingIsSentToAServiceThatDoesNotMeasure() {
        try (ThreeProcesses gateways = start("plain");
                TestServer other = TestServer.named("somebody else's service")) {
            gateways.site().reload(gateways.siteYaml(CREDENTIAL,
                    Map.of("echo", echo.address(), "down", TestServer.refusing(), "measure", other.address())));
            assertThat(command(gateways.edge(), "bench", "oslo/echo"))
                    .startsWith("oslo/echo, plain over own\n")
                    .containsPattern("opening a session +[0-9.]+ ms")
                    .contains("no throughput: oslo/measure: it is not a service of the protocol measure")
                    .doesNotContain("THROUGHPUT");
            Programs.Ended wrong = Product.run(gateways.edge().state(), "bench", "-c",
                    gateways.edge().configuration().toString(), "oslo/nothing");
            assertThat(wrong.code()).isEqualTo(1);
            assertThat(wrong.toString()).contains("the configuration has no service 'oslo/nothing'");
        }
    }
}
