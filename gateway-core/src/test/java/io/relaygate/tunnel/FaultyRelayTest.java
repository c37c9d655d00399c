package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.Link;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Over a relay that does what no relay may, a session gets its bytes or ends in time, with words; other lanes of the site do
 * not notice, and when the relay is good again new sessions work. Bytes that a relay changes inside of a session are for
 * the session's own TLS to find.
 */
@Timeout(60)
class FaultyRelayTest {

    /** The hold time, the silence, and what a busy machine needs. */
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);

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
                return new EdgeTunnel.Opened(relay.connect(), "faulty");
            });
            try {
                SocketTunnel.exchange(edge, 100_000, 1);
                long began = System.nanoTime();
                try (Link link = SocketTunnel.open(edge)) {
                    link.out().write(1);
                    assertThat(link.in().read()).isEqualTo(1);
                    relay.begin(fault);
                    talkUntilItEnds(link, tunnel);
                }
                assertThat(System.nanoTime() - began).isLessThan(LIMIT);
                relay.end();
                SocketTunnel.exchange(edge, 100_000, 2);
            } finally {
                edge.close();
            }
        }
    }

    /** Sends and receives; what comes back may be harmed, but something comes or the session ends. */
    private static void talkUntilItEnds(Link link, SocketTunnel tunnel) {
        tunnel.threads().start("reader", () -> {
            try {
                link.in().transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException e) {
                // The writer sees it as well.
            }
        });
        try {
            for (int n = 0; n < 400; n++) {
                link.out().write(new byte[3000]);
            }
            link.finish();
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }
}
