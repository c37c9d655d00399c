package io.relaygate.access.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.relaygate.net.Alpn;
import io.relaygate.net.PemFiles;
import io.relaygate.net.TestAuthority;
import io.relaygate.net.TestProxy;
import io.relaygate.net.TlsServer;
import io.relaygate.net.WayOut;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WebDocumentTest {

    @Test
    void aServerMustHaveACertificateOfATrustedAuthorityForItsName(@TempDir Path folder) throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        Path certificate = authority.issue("server", "CN=server", "-ext", "san=dns:localhost,dns:keys.test");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(TlsServer.of(List.of(PemFiles.read(certificate, certificate)), null, Alpn.NONE).context()));
        server.createContext("/", exchange -> {
            byte[] asked = exchange.getRequestURI().toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(asked);
            }
        });
        server.start();
        try {
            int port = server.getAddress().getPort();
            WebDocument trusting = new WebDocument(WayOut.straight(), authority.caFile(), true);
            assertThat(trusting.read(URI.create("https://localhost:" + port + "/a/b?c=d"))).asString().isEqualTo("/a/b?c=d");
            assertThat(trusting.read(URI.create("https://localhost:" + port))).asString().isEqualTo("/");
            assertThatIOException().isThrownBy(() -> trusting.read(URI.create("https://127.0.0.1:" + port + "/")));
            try (TestProxy proxy = new TestProxy()) {
                WebDocument proxied = new WebDocument(WayOut.of(proxy.settings(), Map.of()), authority.caFile(), false);
                assertThat(proxied.read(URI.create("https://keys.test:" + port + "/a"))).asString().isEqualTo("/a");
                assertThat(proxy.asked).containsExactly("keys.test:" + port);
                assertThatIOException().isThrownBy(() -> proxied.read(URI.create("https://10.1.2.3:" + port + "/"))).withMessageContaining("no public address");
                assertThatIOException().isThrownBy(() -> proxied.read(URI.create("https://localhost:" + port + "/"))).withMessageContaining("no public address");
            }
            assertThatIOException().isThrownBy(() -> new WebDocument(WayOut.straight(), null, true).read(URI.create("https://localhost:" + port + "/")));
        } finally {
            server.stop(0);
        }
    }

    /** Answers one request with these bytes. */
    private static String answered(String answer) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = server.accept()) {
                    for (int end = 0; end < 4; ) {
                        end = "\r\n".indexOf(socket.getInputStream().read()) < 0 ? 0 : end + 1;
                    }
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
            return new String(new WebDocument(WayOut.straight(), null, true).read(uri), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void readsABodyHoweverItsEndIsSaid() throws Exception {
        assertThat(answered("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody")).isEqualTo("body");
        assertThat(answered("HTTP/1.1 200 OK\r\n\r\nbody")).isEqualTo("body");
        assertThat(answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n")).isEqualTo("body");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "HTTP/1.1 200", "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbody", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nbody",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nbody",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbo", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbody\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\nbody",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n",
    })
    void anAnswerThatIsNoneOrIsCutOffIsRefused(String answer) {
        assertThatIOException().isThrownBy(() -> answered(answer)).withMessageStartingWith("http://127.0.0.1:");
    }
}
