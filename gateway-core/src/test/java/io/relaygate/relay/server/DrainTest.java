package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.relay.RelayListener;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A relay that is about to end: carriers of tunnels go at once, sessions may come to their end. */
@Timeout(60)
class DrainTest extends AtARelay {

    private static final Map<String, String> CARRIER = Map.of(RelayHeaders.TUNNEL.toLowerCase(java.util.Locale.ROOT), "1-1");

    @BeforeEach
    void start() {
        RelayListener listener = relay.closing(relay.client().listen("site-oslo", 1, DrainTest::echoSlowly));
        await().until(() -> listener.connected() > 0);
    }

    private static void echoSlowly(Offer offer) {
        try (Link link = offer.accept(RelayFixture.soon())) {
            for (int b = link.in().read(); b >= 0; b = link.in().read()) {
                link.out().write(b);
            }
            link.finish();
        } catch (IOException e) {
            if (!offer.headers().containsKey(RelayHeaders.TUNNEL)) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Link connect(Relay through, Map<String, String> headers) throws IOException {
        Link link = through.connect("site-oslo", null, headers, RelayFixture.soon());
        assertEchoes(link);
        return link;
    }

    private static void assertEchoes(Link link) throws IOException {
        link.out().write('x');
        assertThat(link.in().read()).isEqualTo('x');
    }

    @Test
    void dropsCarriersAndLetsSessionsFinish() throws Exception {
        try (Link carrier = connect(relay.client(), CARRIER);
                Link session = connect(relay.client(), Map.of());
                Link own = connect(relay.relay.inMemory("embedded"), CARRIER)) {
            relay.relay.pairs().drain();

            assertThatThrownBy(() -> carrier.in().read()).isInstanceOf(IOException.class);
            assertThat(relay.relay.pairs().sessions()).isEqualTo(1);
            assertThat(relay.relay.pairs().awaitNone(Duration.ZERO)).isFalse();
            assertEchoes(session);
            assertEchoes(own);
            session.finish();
            assertThat(session.in().read()).isEqualTo(-1);
            assertThat(relay.relay.pairs().awaitNone(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void turnsSendersOnTheWireAwayAndKeepsListenersForItsOwn() throws Exception {
        relay.relay.pairs().drain();

        assertThatThrownBy(() -> connect(relay.client(), CARRIER))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY))
                .hasMessageContaining("shutting down");
        connect(relay.relay.inMemory("embedded"), CARRIER).close();
    }
}
