package io.relaygate.plugins.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.PluginJar;
import io.relaygate.sdk.testkit.Reloads;
import io.relaygate.sdk.testkit.TestGateways;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The jar, in an edge, a relay and a site, between the JDK's client and the JDK's server. */
@Timeout(240)
@ExtendWith(NothingLeftBehind.class)
class HttpPluginIT {

    private static final int PIECE = 1 << 16;
    private static final int PIECES = 1024;

    /** A server with a few services. */
    private static final class Server implements AutoCloseable {
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final HttpServer server;
        private final CountDownLatch heard = new CountDownLatch(1);

        Server() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.createContext("/hello", exchange -> answer(exchange, 200, exchange.getRequestHeaders().getFirst("Host")));
            server.createContext("/scheme", exchange -> answer(exchange, 200, exchange.getRequestHeaders().getFirst("X-Forwarded-Proto")));
            server.createContext("/digest", exchange -> answer(exchange, 200, digest(exchange.getRequestBody())));
            server.createContext("/early", exchange -> answer(exchange, 403, "no"));
            server.createContext("/large", Server::large);
            server.createContext("/events", this::events);
            server.start();
        }

        private static void answer(HttpExchange exchange, int status, String text) throws IOException {
            byte[] body = text.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        }

        private static void large(HttpExchange exchange) throws IOException {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i < PIECES; i++) {
                    out.write(new byte[PIECE]);
                }
            }
        }

        /** The second event comes once the client has had the first. */
        private void events(HttpExchange exchange) throws IOException {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write("data: 1\n\n".getBytes(UTF_8));
                out.flush();
                if (heard.await(60, TimeUnit.SECONDS)) {
                    out.write("data: 2\n\n".getBytes(UTF_8));
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        String address() {
            return "127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
            threads.close();
        }
    }

    private static String digest(InputStream in) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[PIECE];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TestGateways around(Server server) {
        return TestGateways.around(PluginJar.built(), "protocol: http\nopen: true\nwith: { hosts: { localhost: { to: far } } }", Map.of("far", server.address()));
    }

    private static HttpRequest.Builder to(TestGateways gateways, String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + gateways.port() + path)).version(HttpClient.Version.HTTP_1_1);
    }

    @Test
    void requestsOfEveryKindGoThroughTheWholeGateway() throws Exception {
        try (Server server = new Server();
                TestGateways gateways = around(server);
                HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> hello = client.send(to(gateways, "/hello").build(), BodyHandlers.ofString());
                assertThat(hello.body()).isEqualTo("localhost:" + gateways.port());
                assertThat(hello.headers().firstValue("Via")).get().asString().startsWith("1.1 relaygate-");
            }
            byte[] body = new byte[3_000_000];
            String expected = digest(new java.io.ByteArrayInputStream(body));
            HttpRequest asked = to(gateways, "/digest").expectContinue(true).PUT(BodyPublishers.ofByteArray(body)).build();
            assertThat(client.send(asked, BodyHandlers.ofString()).body()).isEqualTo(expected);
            HttpRequest chunked = to(gateways, "/digest").POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body))).build();
            assertThat(client.send(chunked, BodyHandlers.ofString()).body()).isEqualTo(expected);
            assertThat(client.send(to(gateways, "/early").expectContinue(true).PUT(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(403);
            HttpResponse<InputStream> events = client.send(to(gateways, "/events").build(), BodyHandlers.ofInputStream());
            assertThat(new String(events.body().readNBytes(9), UTF_8)).isEqualTo("data: 1\n\n");
            server.heard.countDown();
            assertThat(new String(events.body().readAllBytes(), UTF_8)).isEqualTo("data: 2\n\n");
        }
    }

    @Test
    void tlsEndsAtTheSite(@TempDir Path folder) throws Exception {
        Path key = folder.resolve("key.pem");
        Path certificate = folder.resolve("certificate.pem");
        Process openssl = new ProcessBuilder("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", key.toString(), "-out", certificate.toString())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(openssl.waitFor()).isZero();
        String settings = "protocol: http\nopen: true\nwith: { certificates: [ { certificate: \"" + certificate + "\", key: \"" + key
                + "\" } ], hosts: { localhost: { to: far } } }";
        try (Server server = new Server();
                TestGateways gateways = TestGateways.around(PluginJar.built(), settings, Map.of("far", server.address()));
                HttpClient client = HttpClient.newBuilder().sslContext(trusting(certificate)).build()) {
            HttpRequest asked = HttpRequest.newBuilder(URI.create("https://localhost:" + gateways.port() + "/scheme")).build();
            assertThat(client.send(asked, BodyHandlers.ofString()).body()).isEqualTo("https");
            try (Socket socket = trusting(certificate).getSocketFactory().createSocket("localhost", gateways.port())) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: other\r\n\r\n".getBytes(UTF_8));
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 421 Misdirected Request\r\n");
            }
            try (Socket socket = trusting(certificate).getSocketFactory().createSocket("localhost", gateways.port())) {
                socket.getOutputStream().write("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nlocalhost");
            }
        }
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            store.setCertificateEntry("it", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** 64 MiB, of which the process never holds more than a little. */
    @Test
    void largeBodiesStreamInMemoryThatStaysFlat() throws Exception {
        try (Server server = new Server();
                TestGateways gateways = around(server);
                HttpClient client = HttpClient.newHttpClient()) {
            InputStream down = client.send(to(gateways, "/large").build(), BodyHandlers.ofInputStream()).body();
            long all = 0;
            long first = used();
            long most = first;
            byte[] buffer = new byte[PIECE];
            for (int n = down.read(buffer); n >= 0; n = down.read(buffer)) {
                long before = all;
                all += n;
                if (all >> 23 != before >> 23) {
                    most = Math.max(most, used());
                }
            }
            assertThat(all).isEqualTo((long) PIECE * PIECES);
            assertThat(most - first).isLessThan(24L << 20);
        }
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void smuggledRequestReachesNobody() throws Exception {
        try (Server server = new Server();
                TestGateways gateways = around(server);
                Socket socket = gateways.connect()) {
            socket.getOutputStream().write(("POST /digest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 43\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "0\r\n\r\nGET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400 Bad Request\r\n").doesNotContain("200 OK").endsWith("\r\n\r\nthe body's length is said more than once\n");
        }
    }

    @Test
    void jarLeavesMemoryWhenItIsReplaced() {
        Reloads.of(PluginJar.built(), "http", route -> route.to("far").settings("name: gw"), session -> {
            session.client().sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Peer far = session.destination("far");
            Talk.headOf(far);
            far.sends("HTTP/1.1 204 No Content\r\n\r\n");
            Talk.headOf(session.client());
        });
    }
}
