package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Clients that are slow, silent, or gone at some stage of their way in: each has the entry point's one deadline, which no
 * stage sets anew, and hinders nobody.
 */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class SlowClientsIT {

    private static final Duration DEADLINE = Duration.ofSeconds(3);

    /** What a loaded machine may add. A stage that set the deadline anew would add more to those who come to it late. */
    private static final Duration LOAD = Duration.ofSeconds(2);

    private static final Duration LATE = Duration.ofMillis(2300);
    private static final Duration BYTE = Duration.ofMillis(50);
    private static final int GOOD = 50;
    private static final int EACH = 3;
    private static final String PROXY = "PROXY TCP4 203.0.113.9 192.0.2.1 51312 443\r\n";

    /** The beginning of a ClientHello: a record of 512 bytes, of which few come. */
    private static final byte[] HELLO = HexFormat.of().parseHex("160301020001" + "0001fc" + "0303" + "00".repeat(60));

    private static Path folder;
    private static TestServer echo;
    private static TestServer flood;
    private static RelayGateProcess gateway;

    @BeforeAll
    static void start() throws IOException {
        Interop.require("openssl");
        folder = Folders.fresh("slow");
        echo = TestServer.echo();
        flood = TestServer.of(socket -> {
            while (true) {
                socket.getOutputStream().write(new byte[65_536]);
            }
        });
        Programs.in(folder).bash("""
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -x509 -days 30 -keyout web.key -out web.pem -subj /CN=web
                """).orFail();
        Path plugins = PluginFile.folderWith(folder.resolve("jars"), "naming", NamingPlugin.class);
        gateway = RelayGateProcess.start(folder, "run", yaml(plugins)).ready();
    }

    @AfterAll
    static void stop() {
        Closing.all(gateway, echo, flood);
    }

    private static String yaml(Path plugins) {
        return """
                admin: {}
                plugins: "%1$s"
                stateDir: relaygate-state
                entryPoints:
                  looked: { listen: "127.0.0.1:0", routeTimeout: 3s, silence: 30s }
                  balanced: { listen: "127.0.0.1:0", routeTimeout: 3s, proxyProtocol: { from: [127.0.0.1] } }
                  tls: { listen: "127.0.0.1:0", routeTimeout: 3s, tls: { certificates: [ { certificate: web.pem, key: web.key } ] } }
                  all: { listen: "127.0.0.1:0", routeTimeout: 3s, proxyProtocol: { from: [127.0.0.1] }, tls: { certificates: [ { certificate: web.pem, key: web.key } ] } }
                  flood: { listen: "127.0.0.1:0", routeTimeout: 3s }
                routes:
                  - { name: sni, from: looked, when: { sni: db.example }, to: flood, open: true }
                  - { name: named, from: [looked, balanced, tls, all], protocol: naming, to: named, open: true }
                  - { name: flood, from: flood, to: flood, open: true }
                destinations:
                  named: { permit: [ { networks: [127.0.0.1], ports: [%2$d] } ] }
                  flood: { addresses: ["%3$s"] }
                """.formatted(plugins, echo.port(), flood.address());
    }

    /** What a client does once it is connected; then it waits for the gateway to end it. */
    private interface Client {
        void act(Socket socket) throws Exception;
    }

    /** Stages of the way in, and clients that go no further. */
    private record Stage(String name, String entryPoint, Client client) {}

    private static Socket connect(String entryPoint) throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port(entryPoint));
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static SSLContext anyServer() throws GeneralSecurityException {
        X509TrustManager anyone = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {anyone}, new SecureRandom());
        return context;
    }

    private static byte[] hello() throws IOException, GeneralSecurityException {
        SSLEngine engine = anyServer().createSSLEngine("web", 443);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    private static SSLSocket tls(Socket under) throws IOException, GeneralSecurityException {
        SSLSocket socket = (SSLSocket) anyServer().getSocketFactory().createSocket(under, "web", under.getPort(), true);
        socket.startHandshake();
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a byte now and then until the gateway has had enough: each one shows that the client is alive. */
    private static void drip(ScheduledExecutorService pace, Socket socket, byte[] bytes, boolean again) throws Exception {
        OutputStream out = socket.getOutputStream();
        for (int i = 0; again || i < bytes.length; i++) {
            byte next = bytes[i % bytes.length];
            try {
                pace.schedule(() -> {
                            out.write(next);
                            return null;
                        }, BYTE.toMillis(), TimeUnit.MILLISECONDS)
                        .get();
            } catch (ExecutionException e) {
                return;
            }
        }
    }

    private static List<Stage> stages(ScheduledExecutorService pace) {
        byte[] header = PROXY.getBytes(StandardCharsets.US_ASCII);
        return List.of(
                new Stage("silent where first bytes are looked at", "looked", socket -> {}),
                new Stage("silent where a header must come", "balanced", socket -> {}),
                new Stage("silent where TLS ends", "tls", socket -> {}),
                new Stage("half a header", "balanced", socket -> send(socket, PROXY.substring(0, 20))),
                new Stage("a header byte by byte, then silence", "balanced", socket -> drip(pace, socket, header, false)),
                new Stage("a header byte by byte, then silence where TLS ends", "all", socket -> drip(pace, socket, header, false)),
                new Stage("TLS late, then silence", "tls", socket -> {
                    pace.schedule(() -> {}, LATE.toMillis(), TimeUnit.MILLISECONDS).get();
                    tls(socket);
                }),
                new Stage("a header, then silence", "balanced", socket -> send(socket, PROXY)),
                new Stage("half a hello that is looked at, byte by byte", "looked", socket -> drip(pace, socket, HELLO, false)),
                new Stage("half a hello, byte by byte", "tls", socket -> drip(pace, socket, HELLO, false)),
                new Stage("a header, half a hello", "all", socket -> {
                    send(socket, PROXY);
                    drip(pace, socket, HELLO, false);
                }),
                new Stage("TLS, then silence", "tls", SlowClientsIT::tls),
                new Stage("half of the first bytes after TLS", "tls", socket -> send(tls(socket), "127.0.0.1:")),
                new Stage("first bytes without an end, byte by byte", "looked", socket -> drip(pace, socket, new byte[] {'1'}, true)),
                new Stage("a whole hello, and nothing after", "tls", socket -> socket.getOutputStream().write(hello())));
    }

    /** How long the gateway bore with it. */
    private static Duration borne(Stage stage) throws Exception {
        long began = System.nanoTime();
        try (Socket socket = connect(stage.entryPoint())) {
            stage.client().act(socket);
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                // The rest of a handshake.
            }
        } catch (IOException e) {
            // The gateway ended it with a reset.
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static void good(int i) throws Exception {
        String entryPoint = List.of("looked", "balanced", "tls", "all").get(i % 4);
        try (Socket socket = connect(entryPoint)) {
            if (i % 2 == 1) {
                send(socket, PROXY);
            }
            Socket inner = i % 4 < 2 ? socket : tls(socket);
            send(inner, "127.0.0.1:" + echo.port() + "\nword " + i);
            inner.shutdownOutput();
            assertThat(new String(inner.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("word " + i);
        }
    }

    @Test
    void everyStageHasTheOneDeadlineAndGoodClientsPassMeanwhile() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                ScheduledExecutorService pace = Executors.newScheduledThreadPool(1)) {
            List<Stage> stages = stages(pace);
            List<Future<Duration>> borne = new ArrayList<>();
            for (int i = 0; i < EACH * stages.size(); i++) {
                Stage stage = stages.get(i % stages.size());
                borne.add(clients.submit(() -> borne(stage)));
            }
            Awaitility.await().until(() -> gateway.metric("relaygate_sessions_open") >= 1);
            List<Future<Void>> passed = new ArrayList<>();
            for (int i = 0; i < GOOD; i++) {
                int number = i;
                passed.add(clients.submit((Callable<Void>) () -> {
                    good(number);
                    return null;
                }));
            }
            for (Future<Void> each : passed) {
                each.get();
            }
            for (int i = 0; i < borne.size(); i++) {
                assertThat(borne.get(i).get())
                        .as(stages.get(i % stages.size()).name())
                        .isBetween(DEADLINE.minusMillis(200), DEADLINE.plus(LOAD));
            }
        }
        nothingIsOpen();
        assertThat(gateway.child().told().lines().filter(line -> line.contains("session ended") && line.contains("\"ending\":\"DEADLINE\"")))
                .as("what the audit says of those who were late")
                .hasSizeGreaterThanOrEqualTo(EACH)
                .allSatisfy(line -> assertThat(Double.parseDouble(line.replaceFirst(".*\"durationMs\":([0-9.]+).*", "$1")))
                        .isGreaterThan(DEADLINE.toMillis() - 200.0));
    }

    @Test
    void aClientThatNeverReadsHoldsUpItsDestinationAndNobodyElse() throws Exception {
        List<Socket> deaf = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                deaf.add(connect("flood"));
            }
            Awaitility.await().until(() -> gateway.metric("relaygate_sessions_open") == deaf.size());
            for (int i = 0; i < GOOD; i++) {
                good(i);
            }
            assertThat(gateway.metric("relaygate_buffers_in_use")).isLessThanOrEqualTo(2.0 * deaf.size() + 10);
        } finally {
            for (Socket each : deaf) {
                each.close();
            }
        }
        nothingIsOpen();
    }

    private static void nothingIsOpen() {
        Awaitility.await().untilAsserted(() -> assertThat(Arrays.asList(
                        gateway.metric("relaygate_sessions_open"), gateway.metric("relaygate_buffers_in_use")))
                .containsOnly(0.0));
    }
}
