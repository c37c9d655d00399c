package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code Connection.asSocket} gives to libraries that insist on a socket. */
@Timeout(30)
class AsSocketTest {

    private final PipeLink.Pair pair = PipeLink.pair();

    @Test
    void carriesBytesAndTheEndOfEachDirection() throws IOException {
        try (Socket socket = pair.a().asSocket()) {
            assertThat(socket.isConnected()).isTrue();
            socket.getOutputStream().write("question".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(socket.isOutputShutdown()).isTrue();
            assertThat(pair.b().in().readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("question");
            pair.b().out().write("answer".getBytes(StandardCharsets.US_ASCII));
            pair.b().finish();
            assertThat(socket.getInputStream().readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("answer");
        }
    }

    @Test
    void closingItOrAStreamOfItClosesTheConnection() throws IOException {
        Socket socket = pair.a().asSocket();
        socket.getInputStream().close();
        assertThat(socket.isClosed()).isTrue();
        assertThat(pair.b().in().read()).isEqualTo(-1);
        assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getOutputStream);
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.setSoTimeout(1));
    }

    @Test
    void lingerOfZeroLetsThePeerSeeAFailure() throws IOException {
        Socket socket = pair.a().asSocket();
        socket.setSoLinger(true, 0);
        socket.close();
        assertThatIOException().isThrownBy(() -> pair.b().in().read());
    }

    @Test
    void timeoutEndsAReadThatWaitsAndNotOneThatGetsBytes() throws IOException {
        Socket socket = pair.a().asSocket();
        socket.setSoTimeout(50);
        pair.b().out().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> socket.getInputStream().read());
    }

    @Test
    void cannotBeConnectedOrBoundAndItsAddressesAreNotNull() throws IOException {
        try (Socket socket = pair.a().asSocket()) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)));
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.bind(null));
            assertThat(socket.getInetAddress()).isNotNull();
            assertThat(socket.getRemoteSocketAddress()).isNotNull();
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            assertThat(socket.supportedOptions()).isEmpty();
        }
    }

    @Test
    void theJdksTlsLayersOverIt() throws Exception {
        CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(
                () -> {
                    try (SSLSocket server = (SSLSocket) TestTls.server().getSocketFactory()
                            .createSocket(pair.b().asSocket(), "localhost", 443, true)) {
                        server.setUseClientMode(false);
                        return server.getInputStream().readNBytes(5);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                LinkPair.THREADS);
        try (Socket client = TestTls.client().getSocketFactory().createSocket(pair.a().asSocket(), "localhost", 443, true)) {
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(received.get(20, TimeUnit.SECONDS)).asString(StandardCharsets.US_ASCII).isEqualTo("hello");
        }
    }
}
