package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Over a relay that does what no relay may, a session gets its bytes or ends in time, with words; other lanes of the site do
 * not notice, and when the relay is good again new sessions work. Bytes that a relay changes inside of a session are for
 * the session's own TLS to find.
 */
@Timeout(120)
class FaultyRelayTest {

    /** How long nothing may move: the hold time, the silence, and what a busy machine needs. */
    private static final Duration STUCK = Duration.ofSeconds(15);

    @ParameterizedTest
    @EnumSource
    void sessionEndsOrGoesOnAndNobodyElseNotices(FaultyRelay.Fault fault) throws Exception {
        try (SocketTunnel tunnel = new SocketTunnel();
                FaultyRelay relay = new FaultyRelay(tunnel.port(), tunnel.threads(), 17);
                SocketTunnel.Undisturbed _ = tunnel.undisturbed()) {
            EdgeTunnel edge = tunnel.edge("edge-2", (boot, deadline) -> {
                if (boot != null && !boot.equals(tunnel.site().boot())) {
                    throw new OtherProcessException(tunnel.site().instance(), tunnel.site().boot());
                }
                return new Opened(relay.connect(), "faulty");
            });
            try {
                SocketTunnel.exchange(edge, 100_000, 1);
                try (Link link = SocketTunnel.open(edge)) {
                    link.out().write(1);
                    assertThat(link.in().read()).isEqualTo(1);
                    relay.begin(fault);
                    talkUntilItEnds(link, tunnel);
                }
                relay.end();
                await().atMost(STUCK).until(() -> works(edge));
            } finally {
                edge.close();
            }
        }
    }

    /** What was harmed before the relay was good again may yet fail a lane, and a session that has just begun on it. */
    private static boolean works(EdgeTunnel edge) {
        try {
            SocketTunnel.exchange(edge, 100_000, 2);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Sends and receives; what comes back may be harmed, but something moves or the session ends. How long all of it takes
     * is luck: over some faults a lane goes on again and again, a few pieces at a time.
     */
    private static void talkUntilItEnds(Link link, SocketTunnel tunnel) {
        AtomicLong moved = new AtomicLong();
        tunnel.threads().start("reader", () -> {
            try {
                byte[] buffer = new byte[4096];
                for (int n = link.in().read(buffer); n >= 0; n = link.in().read(buffer)) {
                    moved.addAndGet(n);
                }
            } catch (IOException e) {
                // The writer sees it as well.
            }
        });
        AtomicReference<String> words = new AtomicReference<>("it went on to its end");
        Thread writer = tunnel.threads().start("writer", () -> {
            try {
                for (int n = 0; n < 200; n++) {
                    link.out().write(new byte[3000]);
                    moved.incrementAndGet();
                }
                link.finish();
            } catch (IOException e) {
                words.set(String.valueOf(e.getMessage()));
            }
        });
        while (writer.isAlive()) {
            long before = moved.get();
            await().atMost(STUCK).until(() -> !writer.isAlive() || moved.get() != before);
        }
        assertThat(words.get()).matches("(?s).{10,}");
    }
}
