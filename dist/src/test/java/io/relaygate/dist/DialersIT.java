package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Destinations behind proxies of others: OpenSSH's for SOCKS, and tinyproxy for HTTP CONNECT. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class DialersIT {

    private static String yaml(TestServer echo, String dialer, int proxy, String login) {
        return """
                stateDir: relaygate-state
                audit: { file: audit.jsonl }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: in, from: in, to: echo, open: true } ]
                destinations:
                  echo: { addresses: ["localhost:%d"], via: { dialer: %s, with: { proxy: "127.0.0.1:%d"%s } } }
                """.formatted(echo.port(), dialer, proxy, login);
    }

    private static void awaitOpen(int port, Child proxy) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).failFast("the proxy ended", () -> !proxy.alive()).until(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static void assertCarries(RelayGateProcess gateway) throws IOException {
        for (int bytes : List.of(1, 100_000)) {
            try (TestClient client = TestClient.connect(gateway.port("in"))) {
                client.exchange(bytes);
            }
        }
    }

    private static void assertRefused(RelayGateProcess gateway, String reason) throws IOException {
        try (TestClient client = TestClient.connect(gateway.port("in"))) {
            client.socket().setSoTimeout(20_000);
            assertThat(client.socket().getInputStream().read()).isNegative();
        } catch (SocketException e) {
            // Refused is refused.
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() ->
                assertThat(Folders.text(gateway.configuration().resolveSibling("audit.jsonl"))).contains(reason));
    }

    @Test
    void reachesADestinationThroughTheSocksProxyOfOpenSsh() throws IOException {
        Sshd.require();
        int port = FreePort.find();
        TestServer echo = TestServer.echo();
        Sshd sshd = Sshd.start();
        Child proxy = sshd.socks(port);
        RelayGateProcess gateway =
                RelayGateProcess.start(Folders.fresh("dialers-socks"), "run", yaml(echo, "socks5", port, ""));
        try {
            awaitOpen(port, proxy);
            gateway.ready();
            assertCarries(gateway);
            echo.close();
            assertRefused(gateway, "through proxy 127.0.0.1:" + port + ": it ");
            proxy.close();
            assertRefused(gateway, "127.0.0.1:" + port + " on the way there refused the connection");
        } finally {
            Closing.all(gateway, proxy, sshd, echo);
        }
    }

    @Test
    void reachesADestinationThroughTinyproxyThatWantsALogin() throws IOException {
        Interop.require("tinyproxy");
        int port = FreePort.find();
        Path folder = Folders.fresh("dialers-http");
        Folders.write(folder.resolve("right.password"), "secret\n");
        Folders.write(folder.resolve("wrong.password"), "guess\n");
        String settings = """
                Port %d
                Listen 127.0.0.1
                Allow 127.0.0.1
                Timeout 60
                BasicAuth gateway secret
                """.formatted(port);
        try (TestServer echo = TestServer.echo();
                Child proxy = Child.start("tinyproxy", folder, Map.of(), List.of(Interop.path("tinyproxy").toString(), "-d", "-c",
                        Folders.write(folder.resolve("tinyproxy.conf"), settings).toString()))) {
            awaitOpen(port, proxy);
            String login = ", login: { name: gateway, password: \"${file:%s.password}\" }";
            try (RelayGateProcess gateway =
                    RelayGateProcess.start(folder, "run", yaml(echo, "http-connect", port, login.formatted("right"))).ready()) {
                assertCarries(gateway);
                assertThat(Product.run(folder, "doctor").out())
                        .contains("ok    destinations.echo, localhost:" + echo.port() + ": connected through the dialer http-connect");
                gateway.reload(yaml(echo, "http-connect", port, login.formatted("wrong")));
                assertRefused(gateway, "it does not take the login, or wants one (`login:`): ");
            }
        }
    }
}
