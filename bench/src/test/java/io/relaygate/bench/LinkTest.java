package io.relaygate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The link that the benchmark puts between two sides. */
@Timeout(60)
class LinkTest {

    private static final Duration ROUND_TRIP = Duration.ofMillis(20);
    private static final long MILLISECOND = 1_000_000;

    private static InetSocketAddress address(LinkEnd link) throws IOException {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), link.port());
    }

    @Test
    void whatEntersComesOutAfterHalfARoundTrip() {
        Pace pace = new Pace(new Link(ROUND_TRIP, 0), 0);

        assertThat(pace.enter(1_000_000, 5)).isEqualTo(10 * MILLISECOND + 5);
        assertThat(pace.enter(1, 5)).isEqualTo(10 * MILLISECOND + 5);
    }

    @Test
    void whatEntersALinkWithARateWaitsForWhatWasThereBefore() {
        Pace pace = new Pace(new Link(ROUND_TRIP, 8), 0);

        // 1,000 bytes take a millisecond.
        assertThat(pace.enter(1000, 0)).isEqualTo(11 * MILLISECOND);
        assertThat(pace.enter(2000, 0)).isEqualTo(13 * MILLISECOND);
        assertThat(pace.enter(1000, 50 * MILLISECOND)).isEqualTo(61 * MILLISECOND);
    }

    @Test
    void aQueueOf100MillisecondsIsFull() {
        Pace pace = new Pace(new Link(ROUND_TRIP, 8), 0);

        pace.enter(100_000, 0);
        assertThat(pace.roomFrom()).isZero();
        pace.enter(5000, 0);
        assertThat(pace.roomFrom()).isEqualTo(5 * MILLISECOND);
    }

    @Test
    void anEchoTakesTheRoundTripAndTheFirstOneTwo() throws Exception {
        try (Sink sink = new Sink();
                LinkEnd link = new LinkEnd(new Link(ROUND_TRIP, 0), sink.address().getPort())) {
            long start = System.nanoTime();
            try (Client client = Client.connectAndEcho(address(link))) {
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(2 * ROUND_TRIP.toNanos());
                start = System.nanoTime();
                client.echo();
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(ROUND_TRIP.toNanos());
            }
        }
    }

    @Test
    void allBytesOfAStreamArriveInOrderAndSoDoesItsEnd() throws Exception {
        byte[] sent = new byte[3_000_000];
        new SeededBytes(11).fill(sent, sent.length, 0);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LinkEnd link = new LinkEnd(new Link(Duration.ofMillis(4), 0), server.getLocalPort());
                Socket near = new Socket(InetAddress.getLoopbackAddress(), link.port());
                Socket far = server.accept()) {
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    near.getOutputStream().write(sent);
                    near.shutdownOutput();
                } catch (IOException e) {
                    // The reader misses what was not written.
                }
            });

            assertThat(far.getInputStream().readAllBytes()).isEqualTo(sent);
            writer.join();
            far.getOutputStream().write(7);
            far.shutdownOutput();
            assertThat(near.getInputStream().readAllBytes()).containsExactly(7);
        }
    }

    @Test
    void aLinkWithARateGivesNoMoreThanThat() throws Exception {
        int bytes = 500_000;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LinkEnd link = new LinkEnd(new Link(Duration.ofMillis(2), 20), server.getLocalPort());
                Socket near = new Socket(InetAddress.getLoopbackAddress(), link.port());
                Socket far = server.accept()) {
            long start = System.nanoTime();
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    near.getOutputStream().write(new byte[bytes]);
                } catch (IOException e) {
                    // The reader misses what was not written.
                }
            });
            assertThat(far.getInputStream().readNBytes(bytes)).hasSize(bytes);
            writer.join();

            assertThat(System.nanoTime() - start).isGreaterThan(200 * MILLISECOND);
        }
    }

    @Test
    void aResetAtOneSideIsOneAtTheOther() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LinkEnd link = new LinkEnd(new Link(Duration.ofMillis(2), 0), server.getLocalPort());
                Socket near = new Socket(InetAddress.getLoopbackAddress(), link.port())) {
            try (Socket far = server.accept()) {
                near.getOutputStream().write(1);
                assertThat(far.getInputStream().read()).isEqualTo(1);
                far.setSoLinger(true, 0);
            }

            assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }
}
