package io.relaygate.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayListener;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which relay a carrier is dialled over. */
class CarrierDialerTest {

    private final List<String> tried = new ArrayList<>();
    private final Namespace one = new Namespace("one");
    private final Namespace two = new Namespace("two");
    private long now;
    private final CarrierDialer dialer = new CarrierDialer("site-oslo", List.of(one, two), new Reach(Instant::now), () -> now);

    /** A namespace that connects, or refuses. */
    private final class Namespace implements Relay {

        private final String name;
        private boolean healthy = true;
        private @Nullable Reason refusal;

        Namespace(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Link connect(
                String hybridConnection, @Nullable String service, Map<String, String> headers, Instant deadline)
                throws IOException {
            tried.add(name);
            if (refusal != null) {
                throw new RefusedException(refusal, name + " refuses");
            }
            return PipeLink.pair().a();
        }

        @Override
        public RelayListener listen(String hybridConnection, int controlChannels, Consumer<Offer> arrivals) {
            throw new UnsupportedOperationException("an edge does not listen");
        }

        @Override
        public boolean healthy() {
            return healthy;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    private String dial() throws IOException {
        return dialer.dial(null, Instant.now().plusSeconds(10)).relay();
    }

    @Test
    void takesRelaysInTurn() throws IOException {
        assertThat(List.of(dial(), dial(), dial())).containsExactly("one", "two", "one");
    }

    @Test
    void comesLastToARelayThatHasJustLostACarrierUntilItIsForgottenOrConnects() throws IOException {
        dialer.lost("one");
        assertThat(List.of(dial(), dial())).containsExactly("two", "two");
        now += Duration.ofSeconds(31).toNanos();
        assertThat(List.of(dial(), dial())).containsExactly("one", "two");
        dialer.lost("one");
        two.refusal = Reason.NO_RELAY;
        assertThat(dial()).isEqualTo("one");
        two.refusal = null;
        assertThat(List.of(dial(), dial())).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void prefersAHealthyRelayToOneThatWasNeverLost() throws IOException {
        dialer.lost("one");
        two.healthy = false;
        assertThat(List.of(dial(), dial())).containsExactly("one", "one");
    }

    @Test
    void saysWhatEveryRelayAnswered() {
        one.refusal = Reason.NO_SITE;
        two.refusal = Reason.NO_RELAY;
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(this::dial)
                .withMessage("one refuses; two refuses")
                .matches(e -> e.reason() == Reason.NO_SITE);
        assertThat(tried).containsExactly("one", "two");
    }
}
