package io.relaygate.relay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.net.Link;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Our client against the embedded relay over real TLS on loopback, and in memory. */
class EmbeddedRelayTest extends AtARelay {

    @Test
    void carriesBytesBothWaysOverTheWire() throws Exception {
        echoes(relay.client("send", RelayFixture.SEND_KEY), relay.client("listen", RelayFixture.LISTEN_KEY));
    }

    @Test
    void carriesBytesFromMemoryToAListenerOnTheWire() throws Exception {
        echoes(relay.relay.inMemory("embedded"), relay.client());
    }

    @Test
    void carriesBytesFromTheWireToAListenerInMemory() throws Exception {
        echoes(relay.client(), relay.closing(relay.relay.inMemory("embedded")));
    }

    @Test
    void carriesBytesWithinMemory() throws Exception {
        Relay memory = relay.closing(relay.relay.inMemory("embedded"));
        echoes(memory, memory);
    }

    private void echoes(Relay sender, Relay listener) throws Exception {
        BlockingQueue<Offer> offers = new ArrayBlockingQueue<>(1);
        listen(listener, offer -> {
            offers.add(offer);
            echo(offer);
        });
        try (Link link = sender.connect("site-oslo", "orders", Map.of("X-Test", "one"), RelayFixture.soon())) {
            Offer offer = offers.poll(5, TimeUnit.SECONDS);
            assertThat(offer.service()).isEqualTo("orders");
            assertThat(offer.headers()).containsEntry("x-test", "one").containsEntry(RelayHeaders.SERVICE, "orders");
            assertThat(offer.headers()).doesNotContainKey("ServiceBusAuthorization");
            assertThat(offer.remote()).startsWith("127.0.0.1:");
            byte[] big = new byte[1_000_000];
            new java.util.Random(7).nextBytes(big);
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    link.out().write(big);
                    link.finish();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(link.in().readAllBytes()).isEqualTo(big);
            writer.join();
        }
    }

    @Test
    void keepsHalfCloseWhenTheSenderEndsFirst() throws Exception {
        listen(relay.client(), offer -> {
            try (Link link = offer.accept(RelayFixture.soon())) {
                byte[] all = link.in().readAllBytes();
                link.out().write(("got " + all.length).getBytes(UTF_8));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        try (Link link = relay.client().connect("site-oslo", null, Map.of(), RelayFixture.soon())) {
            link.out().write(new byte[100_000]);
            link.finish();
            assertThat(new String(link.in().readAllBytes(), UTF_8)).isEqualTo("got 100000");
        }
    }

    @Test
    void tellsTheSenderWhyTheSiteRefuses() {
        listen(relay.client(), offer -> offer.reject(new RefusedException(Reason.NOT_FOUND, "no service 'x' & more")));
        assertThatThrownBy(() -> relay.client().connect("site-oslo", "x", Map.of(), RelayFixture.soon()))
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND);
                    assertThat(e).hasMessage("no service 'x' & more");
                });
    }
}
