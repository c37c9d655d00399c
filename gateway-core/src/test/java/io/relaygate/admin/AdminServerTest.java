package io.relaygate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.observe.Metrics;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {

    private static final AdminSettings ANY_PORT = new AdminSettings(new HostPort("127.0.0.1", 0));

    @TempDir
    Path folder;

    private final FakeControls controls = new FakeControls();
    private final Metrics metrics = new Metrics();
    private Path stateDir;
    private AdminServer server;

    @BeforeEach
    void starts() throws IOException {
        stateDir = folder.resolve("state");
        server = new AdminServer(ANY_PORT, stateDir, controls, metrics);
    }

    @AfterEach
    void stops() {
        server.close();
    }

    @Test
    void isAliveAndReady() throws IOException {
        assertThat(RawHttp.get(server.address(), "/healthz", authorization())).startsWith("HTTP/1.1 200").contains("{\"alive\":true}");
        assertThat(RawHttp.get(server.address(), "/readyz", authorization()))
                .startsWith("HTTP/1.1 200")
                .contains("Content-Type: application/json")
                .contains("{\"ready\":true,\"reasons\":[]}");
    }

    @Test
    void saysWhyItIsNotReady() throws IOException {
        controls.readiness = Readiness.not("draining", "namespace weu: \"401\"");
        assertThat(RawHttp.get(server.address(), "/readyz", authorization()))
                .startsWith("HTTP/1.1 503")
                .contains("{\"ready\":false,\"reasons\":[\"draining\",\"namespace weu: \\\"401\\\"\"]}");
        assertThat(RawHttp.get(server.address(), "/healthz", authorization())).startsWith("HTTP/1.1 200");
    }

    @Test
    void showsMetrics() throws IOException {
        metrics.counter("relaygate_sessions_started", "Started.").increment();
        assertThat(RawHttp.get(server.address(), "/metrics", authorization()))
                .startsWith("HTTP/1.1 200")
                .contains("Content-Type: text/plain; version=0.0.4")
                .contains("relaygate_sessions_started_total 1.0")
                .contains("process_open_fds");
    }

    @ParameterizedTest
    @CsvSource({"GET, /healthz", "GET, /readyz", "GET, /nothing", "GET, /metrics", "GET, /plugins", "GET, /addresses", "GET, /sessions", "GET, /status", "POST, /bench", "POST, /reload"})
    void refusesEverythingWithoutTheToken(String method, String path) throws IOException {
        for (String header : new String[] {"X-None: 1", "Authorization: Bearer", "Authorization: Bearer " + "A".repeat(43)}) {
            assertThat(RawHttp.send(server.address(), method, path, header, "Content-Length: 0"))
                    .startsWith("HTTP/1.1 401")
                    .contains("WWW-Authenticate: Bearer")
                    .contains("admin.token");
        }
        assertThat(controls.reloads).hasValue(0);
    }

    @Test
    void answersCommandsWithTheToken() throws IOException {
        assertThat(RawHttp.get(server.address(), "/plugins", authorization()))
                .contains("{\"plugins\":[{\"file\":\"tcp.jar\",\"id\":\"tcp\",\"version\":\"1.0.0\",\"protocols\":[\"tcp\"],"
                        + "\"declares\":\"nothing\",\"state\":\"LOADED\",\"reason\":null},{\"file\":\"bad.jar\",\"id\":null,")
                .contains("\"reason\":\"zip file is empty\"");
        assertThat(RawHttp.get(server.address(), "/addresses", authorization()))
                .contains("{\"addresses\":{\"in\":\"127.0.0.1:7000\"}}");
        assertThat(RawHttp.get(server.address(), "/sessions", authorization())).contains("{\"open\":3}");
    }

    @Test
    void tellsHowTheWaysOfSessionsAre() throws IOException {
        AddressesFile.write(stateDir, Map.of(AdminClient.ADMIN, server.address().toString()));
        assertThat(AdminClient.find(stateDir).status(Duration.ofSeconds(10))).isEqualTo(controls.status());
        assertThat(RawHttp.get(server.address(), "/status", authorization()))
                .contains("{\"instance\":\"1f2e\",\"sites\":[{\"site\":\"oslo\",\"mode\":\"tunnel\",")
                .contains("\"up\":true,\"since\":5,\"roundTripMicros\":-1,");
    }

    @Test
    void measuresWithinBounds() throws IOException {
        AddressesFile.write(stateDir, Map.of(AdminClient.ADMIN, server.address().toString()));
        AdminClient client = AdminClient.find(stateDir);
        BenchRequest request = new BenchRequest("oslo/orders", "a&b", 3, 70_000, 5);
        assertThat(client.bench(request, Duration.ofSeconds(10))).isEqualTo(controls.bench(request));
        assertThatThrownBy(() -> client.bench(new BenchRequest("none", "m", 1, 1, 1), Duration.ofSeconds(10)))
                .hasMessage("the configuration has no service 'none'");
        for (String query : new String[] {"", "?openings=1", "?destination=a&measuring=b&openings=21&bytes=1&seconds=1",
                "?destination=a&measuring=b&openings=1&bytes=-1&seconds=1", "?destination=a&measuring=b&openings=1&bytes=1&seconds=61",
                "?destination=a&destination=b&measuring=b&openings=1&bytes=1&seconds=1"}) {
            assertThat(RawHttp.send(server.address(), "POST", "/bench" + query, authorization(), "Content-Length: 0"))
                    .as(query)
                    .startsWith("HTTP/1.1 400");
        }
        assertThat(RawHttp.get(server.address(), "/bench", authorization())).startsWith("HTTP/1.1 405");
    }

    @Test
    void reloadsOrListsWhatIsWrong() throws IOException {
        AddressesFile.write(stateDir, Map.of(AdminClient.ADMIN, server.address().toString()));
        AdminClient client = AdminClient.find(stateDir);
        assertThat(client.reload(Duration.ofSeconds(10))).isEmpty();
        assertThat(controls.reloads).hasValue(1);
        controls.problems.add("edge.yaml:3:5: sites.oslo: no such namespace 'wue', did you mean 'weu'?");
        assertThat(client.reload(Duration.ofSeconds(10))).isEqualTo(controls.problems);
        assertThat(RawHttp.send(server.address(), "POST", "/reload", authorization(), "Content-Length: 0"))
                .startsWith("HTTP/1.1 422");
    }

    @Test
    void saysThatAReloadFailedByADefectWithoutItsStack() throws IOException {
        controls.defect = true;
        AddressesFile.write(stateDir, Map.of(AdminClient.ADMIN, server.address().toString()));
        assertThatThrownBy(() -> AdminClient.find(stateDir).reload(Duration.ofSeconds(10)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answered 500")
                .hasMessageNotContaining("planted");
    }

    @Test
    void reloadsByPostOnly() throws IOException {
        assertThat(RawHttp.get(server.address(), "/reload", authorization()))
                .startsWith("HTTP/1.1 405")
                .contains("Allow: POST");
        assertThat(RawHttp.send(server.address(), "POST", "/healthz", authorization(), "Content-Length: 0")).startsWith("HTTP/1.1 405");
        assertThat(RawHttp.get(server.address(), "/nothing", authorization())).startsWith("HTTP/1.1 404");
        assertThat(controls.reloads).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example, 403", "null, 403", "http://localhost:1, 403", "https://localhost, 403", "http://localhost, 200",
    })
    void turnsAwayWebPagesThatAreNotItsOwn(String origin, int status) throws IOException {
        assertThat(RawHttp.request(
                        server.address(),
                        "GET /readyz HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin + "\r\n" + authorization()
                                + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example:9090", "127.0.0.1.evil.example", "localhost.evil.example:1", "", "[::2]", "2130706433"})
    void turnsAwayAHostHeaderThatIsNotThisMachine(String host) throws IOException {
        assertThat(RawHttp.request(server.address(),
                        "GET /readyz HTTP/1.1\r\nHost: " + host + "\r\n" + authorization() + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:9090", "127.0.0.1", "127.8.8.8:1", "[::1]:9090"})
    void takesAHostHeaderOfThisMachine(String host) throws IOException {
        assertThat(RawHttp.request(server.address(),
                        "GET /readyz HTTP/1.1\r\nHost: " + host + "\r\n" + authorization() + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void boundsWhatARequestMaySend() throws IOException {
        assertThat(RawHttp.get(server.address(), "/healthz", authorization(), "X-Long: " + "x".repeat(9000))).doesNotContain("HTTP/1.1 200");
        assertThat(RawHttp.get(server.address(), "/healthz", authorization(), "X-Many: 1\r\n".repeat(60) + "X-Last: 1"))
                .doesNotContain("HTTP/1.1 200");
    }

    @Test
    void doesNotWaitForABodyThatNobodyAskedFor() throws IOException {
        assertThat(RawHttp.request(server.address(),
                        "POST /reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc"))
                .startsWith("HTTP/1.1 401")
                .contains("Connection: close");
    }

    @Test
    void keepsTheTokenForItsOwnerAloneAndOverRestarts() throws IOException {
        Path file = stateDir.resolve("admin.token");
        String token = Files.readString(file);
        assertThat(token.strip()).matches("[A-Za-z0-9_-]{43}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stateDir))).isEqualTo("rwx------");
        server.close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        server = new AdminServer(ANY_PORT, stateDir, controls, metrics);
        assertThat(file).hasContent(token);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    }

    @Test
    void replacesATokenThatCouldBeGuessed() throws IOException {
        server.close();
        Files.writeString(stateDir.resolve("admin.token"), "\n");
        server = new AdminServer(ANY_PORT, stateDir, controls, metrics);
        assertThat(Files.readString(stateDir.resolve("admin.token")).strip()).hasSize(43);
    }

    @Test
    void listensOnLoopbackOnly() {
        assertThatThrownBy(() ->
                        new AdminServer(new AdminSettings(new HostPort("0.0.0.0", 0)), stateDir, controls, metrics))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("admin.listen must be a loopback address");
    }

    @Test
    void namesTheAddressThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HostPort listen = new HostPort("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> new AdminServer(new AdminSettings(listen), stateDir, controls, metrics))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("admin.listen: cannot listen on " + listen + ": ");
        }
    }

    @Test
    void saysThatNoGatewayRuns() throws IOException {
        assertThatThrownBy(() -> AdminClient.find(stateDir)).hasMessageContaining("no gateway runs with the state folder");
        AddressesFile.write(stateDir, Map.of("in", "127.0.0.1:1"));
        assertThatThrownBy(() -> AdminClient.find(stateDir)).hasMessageContaining("needs `admin:`");
        server.close();
        AddressesFile.write(stateDir, Map.of(AdminClient.ADMIN, server.address().toString()));
        assertThatThrownBy(() -> AdminClient.find(stateDir).reload(Duration.ofSeconds(1)))
                .hasMessageContaining("no gateway answers at");
    }

    private String authorization() throws IOException {
        return "Authorization: " + AdminToken.header(stateDir);
    }
}
