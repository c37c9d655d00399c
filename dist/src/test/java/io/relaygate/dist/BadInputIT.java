package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a stranger may send to every port without hurting anybody else, and what is said about wrong files. */
@ExtendWith(NothingLeftBehind.class)
class BadInputIT {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Failures are held against the address they come from: every test comes from another one, 127.0.0.2 and so on. */
    private static final AtomicInteger LAST_ADDRESS = new AtomicInteger(1);

    private static final long ENOUGH_KIB = 600 * 1024;

    private static TestServer echo;
    private static RelayGateProcess gateway;
    private static Path folder;

    private InetAddress stranger = InetAddress.getLoopbackAddress();

    @BeforeAll
    static void start() {
        folder = Folders.fresh("bad-input");
        echo = TestServer.echo();
        gateway = RelayGateProcess.start(Folders.create(folder.resolve("gateway")), "run", """
                relay: { listen: "127.0.0.1:0", handshakeTimeout: 1s, maxHandshakes: 64, hybridConnections: { demo: {} } }
                sites: { local: { namespaces: [embedded], hybridConnection: demo, services: [echo] } }
                entryPoints:
                  in: { listen: "127.0.0.1:0" }
                  tls: { listen: "127.0.0.1:0", routeTimeout: 1s, silence: 200ms }
                  hub: { namespaces: [embedded], hybridConnection: demo }
                routes:
                  - { name: in, from: in, to: local/echo, open: true }
                  - { name: tls, from: tls, when: { sni: only.example.com }, to: local/echo, open: true }
                  - { name: echo, from: hub, service: echo, to: echo, open: true }
                destinations: { echo: { addresses: ["%s"] } }
                health: { listen: "127.0.0.1:0" }
                """.formatted(echo.address())).ready();
    }

    @AfterAll
    static void stop() {
        Closing.all(gateway, echo);
    }

    /** Whatever a test sent, others are served, and nothing of it is kept. */
    @AfterEach
    void everythingStillWorks() throws IOException {
        try (TestClient client = TestClient.connect(gateway.port("in"))) {
            client.exchange(10_000);
        }
        assertThat(gateway.admin("/readyz").status()).isEqualTo(200);
        assertThat(gateway.child().residentKib()).isLessThan(ENOUGH_KIB);
        Awaitility.await().atMost(PATIENCE).until(() -> gateway.metric("relaygate_sessions_open") == 0
                && gateway.metric("relaygate_buffers_in_use") == 0);
        assertThat(gateway.child().told()).doesNotContain("\tat ").doesNotContain("BROKEN");
    }

    @Test
    void garbageEndsEveryConnection() throws IOException {
        byte[] garbage = "\u0000\u0001garbage \r\n\r\n\u00ff".repeat(100).getBytes(StandardCharsets.ISO_8859_1);
        for (String port : List.of("tls", "relay", "admin", "health")) {
            try (Socket socket = connect(port)) {
                assertEndsAfter(socket, garbage);
            }
        }
    }

    @Test
    void silenceIsCutOffWhereTheClientMustSpeakFirst() throws IOException {
        for (String port : List.of("tls", "relay")) {
            try (Socket socket = connect(port)) {
                assertEndsAfter(socket, new byte[0]);
            }
        }
    }

    @Test
    void halfClientHelloIsCutOff() throws IOException {
        byte[] half = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xfc, 0x03, 0x03};
        for (String port : List.of("tls", "relay")) {
            try (Socket socket = connect(port)) {
                assertEndsAfter(socket, half);
            }
        }
    }

    @Test
    void slowHeadIsCutOffAtTheRelay() throws IOException {
        try (SSLSocket socket = overTls()) {
            assertEndsAfter(socket, "GET /$hc/demo?sb-hc-action=listen HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void endlessHeadsAreCutOff() throws IOException {
        byte[] start = "GET /$hc/demo?sb-hc-action=connect HTTP/1.1\r\nHost: localhost\r\nX: ".getBytes(StandardCharsets.US_ASCII);
        for (String port : List.of("relay", "admin", "health")) {
            try (Socket socket = port.equals("relay") ? overTls() : connect(port)) {
                socket.getOutputStream().write(start);
                assertThat(takesUntilItEnds(socket)).as(port).isLessThan(PATIENCE);
            }
        }
    }

    /** How long the other side lets this one go on with a header's value. */
    private static Duration takesUntilItEnds(Socket socket) {
        byte[] block = "a".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
        Instant begin = Instant.now();
        Duration taken = Duration.ZERO;
        try {
            while (taken.compareTo(PATIENCE) < 0) {
                socket.getOutputStream().write(block);
                taken = Duration.between(begin, Instant.now());
            }
        } catch (IOException e) {
            return taken;
        }
        return taken;
    }

    @Test
    void manySilentConnectionsKeepNobodyOut() throws IOException {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                for (String port : List.of("relay", "tls", "admin", "health")) {
                    silent.add(connect(port));
                }
            }
            comeFromNewAddress();
            Instant start = Instant.now();
            try (SSLSocket socket = overTls()) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            assertThat(Duration.between(start, Instant.now())).isLessThan(PATIENCE);
            assertThat(gateway.admin("/healthz").status()).isEqualTo(200);
            assertThat(Http.get("http://" + gateway.address("health") + "/readyz").status()).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @BeforeEach
    void comeFromNewAddress() throws UnknownHostException {
        stranger = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) LAST_ADDRESS.incrementAndGet()});
    }

    private Socket connect(String port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port(port), stranger, 0);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /** Sends some bytes, and fails unless the other side ends the connection, cleanly or not, in time. */
    private static void assertEndsAfter(Socket socket, byte[] bytes) {
        Instant start = Instant.now();
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            // Broken is ended, unless it was this side that lost its patience.
            assertThat(e).isNotInstanceOf(SocketTimeoutException.class);
        }
        assertThat(Duration.between(start, Instant.now())).isLessThan(PATIENCE);
    }

    private SSLSocket overTls() throws IOException {
        try (InputStream pem = Files.newInputStream(gateway.state().resolve("relay-ca.pem"))) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return (SSLSocket) context.getSocketFactory()
                    .createSocket(connect("relay"), "localhost", gateway.port("relay"), true);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
