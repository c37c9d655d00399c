package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Buffers;
import io.relaygate.net.Link;
import io.relaygate.net.SocketLink;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A site that echoes, on a port of this machine, with an edge that reaches it as it should: what others do to the site
 * must not disturb that edge's sessions. Closing checks that nothing is left.
 */
final class SocketTunnel implements AutoCloseable {

    static final TunnelSettings SETTINGS = new TunnelSettings(
            1, Duration.ofSeconds(2), Duration.ofMillis(900), 1 << 20, Duration.ofHours(20));

    private final Threads threads = new Threads(16);
    private final Budget budget = new Budget(1 << 28);
    private final LaneSlots slots = new LaneSlots(new Metrics());
    private final int sockets = SocketLink.open();
    private final SiteTunnel site = new SiteTunnel("site-1", SETTINGS, threads, budget, slots, SocketTunnel::echo);
    private final Loopback port;
    private final EdgeTunnel edge;

    SocketTunnel() throws IOException {
        port = Loopback.listen(threads, link -> site.serve(link, new Origin("sockets", "127.0.0.1:1")));
        edge = edge("edge-1", (boot, deadline) -> {
            if (boot != null && !boot.equals(site.boot())) {
                throw new OtherProcessException(site.instance(), site.boot());
            }
            return new Opened(port.connect(), "sockets");
        });
    }

    private static void echo(Open what, SiteTunnel.Offer offer) {
        try (Link link = offer.accept()) {
            byte[] buffer = new byte[10_000];
            for (int n = link.in().read(buffer); n >= 0; n = link.in().read(buffer)) {
                link.out().write(buffer, 0, n);
            }
            link.finish();
        } catch (IOException e) {
            // The test sees it at the other end.
        }
    }

    Threads threads() {
        return threads;
    }

    SiteTunnel site() {
        return site;
    }

    /** Where the site takes carriers. */
    Loopback port() {
        return port;
    }

    EdgeTunnel edge(String instance, Dialer dialer) {
        return new EdgeTunnel("oslo", instance, dialer, SETTINGS, threads, budget, slots);
    }

    static Link open(EdgeTunnel edge) throws IOException {
        return edge.open(new Open("0".repeat(32), "echo", "in", "192.0.2.1:5"), Instant.now().plusSeconds(20)).link();
    }

    /** Sends bytes both ways on a session of its own, and compares them. */
    static void exchange(EdgeTunnel edge, int length, long seed) throws IOException {
        byte[] sent = new byte[length];
        new Random(seed).nextBytes(sent);
        try (Link link = open(edge)) {
            for (int at = 0; at < length; at += 20_000) {
                int n = Math.min(20_000, length - at);
                link.out().write(sent, at, n);
                assertThat(link.in().readNBytes(n)).isEqualTo(java.util.Arrays.copyOfRange(sent, at, at + n));
            }
            link.finish();
            assertThat(link.in().read()).isEqualTo(-1);
        }
    }

    /** A session of an edge that has nothing to do with the trouble, which lasts as long as that. */
    Undisturbed undisturbed() throws IOException {
        return new Undisturbed(open(edge));
    }

    /** Goes back and forth without end, and remembers what went wrong. */
    final class Undisturbed implements AutoCloseable {

        private final Link link;
        private final Thread thread;
        private volatile boolean over;
        private volatile int exchanges;
        private volatile @Nullable Throwable failure;

        private Undisturbed(Link link) {
            this.link = link;
            this.thread = threads.start("undisturbed", this::run);
        }

        private void run() {
            try {
                byte[] bytes = new byte[500];
                for (int n = 0; !over; n++) {
                    new Random(n).nextBytes(bytes);
                    link.out().write(bytes);
                    assertThat(link.in().readNBytes(bytes.length)).isEqualTo(bytes);
                    exchanges = n + 1;
                    // Its pace: without one it takes a processor from those whom it is to watch.
                    LockSupport.parkNanos(2_000_000);
                }
            } catch (IOException | AssertionError e) {
                failure = e;
            }
        }

        @Override
        public void close() throws IOException {
            int before = exchanges;
            await().atMost(Duration.ofSeconds(5)).until(() -> exchanges > before || failure != null);
            over = true;
            await().atMost(Duration.ofSeconds(5)).until(() -> !thread.isAlive());
            link.close();
            assertThat(failure).isNull();
        }
    }

    @Override
    public void close() throws IOException {
        edge.close();
        site.close();
        port.close();
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            assertThat(threads.alive()).as("threads").isZero();
            assertThat(Buffers.outstanding()).as("buffers").isZero();
            assertThat(budget.promised()).as("promises").isZero();
            assertThat(SocketLink.open()).as("sockets").isEqualTo(sockets);
        });
        threads.close();
    }
}
