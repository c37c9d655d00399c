package io.relaygate.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayListener;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.EdgeTunnel;
import io.relaygate.tunnel.Opened;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which relay a carrier is dialled over. */
class CarrierDialerTest {

    private final List<String> tried = new CopyOnWriteArrayList<>();
    private final List<PipeLink> farEnds = new CopyOnWriteArrayList<>();
    private final Namespace one = new Namespace("one");
    private final Namespace two = new Namespace("two");
    private long now;
    private final Threads threads = new Threads(0);
    private final CarrierDialer dialer =
            new CarrierDialer("site-oslo", List.of(one, two), new Reach(Instant::now), threads, null, () -> now);

    @AfterEach
    void nothingIsLeft() {
        List.of(one, two).forEach(namespace -> namespace.thawed.countDown());
        await().until(() -> threads.alive() == 0);
        assertThat(farEnds).allSatisfy(end -> assertThat(end.in().read()).isEqualTo(-1));
        threads.close();
    }

    /** A namespace that connects, or refuses. */
    private final class Namespace implements Relay {

        private final String name;
        private boolean healthy = true;
        private @Nullable Reason refusal;
        private CountDownLatch thawed = new CountDownLatch(0);

        void freeze() {
            thawed = new CountDownLatch(1);
        }

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
            thaw(thawed);
            if (refusal != null) {
                throw new RefusedException(refusal, name + " refuses");
            }
            PipeLink.Pair pair = PipeLink.pair();
            farEnds.add(pair.b());
            return pair.a();
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

    private static void thaw(CountDownLatch thawed) throws IOException {
        try {
            thawed.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }

    private String dial() throws IOException {
        Opened dialled = dialer.dial(null, Instant.now().plusSeconds(10));
        dialled.link().close();
        return dialled.relay();
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
        assertThat(List.of(dial(), dial())).containsExactly("one", "one");
        now += Duration.ofSeconds(31).toNanos();
        assertThat(List.of(dial(), dial())).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void comesLastToTheRelayThatHasDisappointedLast() throws IOException {
        two.healthy = false;
        assertThat(List.of(dial(), dial())).containsExactly("one", "one");
        dialer.lost("one");
        assertThat(List.of(dial(), dial())).containsExactly("two", "two");
        dialer.lost("two");
        now += Duration.ofSeconds(1).toNanos();
        dialer.lost("one");
        now += Duration.ofSeconds(1).toNanos();
        one.freeze();
        assertThat(dial()).isEqualTo("two");
        assertThat(tried).endsWith("two", "two").doesNotContainSequence("two", "one");
    }

    @Test
    void doesNotWaitLongForARelayThatIsFrozenAndClosesWhatComesTooLate() throws IOException {
        one.freeze();
        assertThat(dial()).isEqualTo("two");
        assertThat(tried).containsExactly("one", "two");
        one.thawed.countDown();
        await().until(() -> farEnds.size() == 2);
    }

    @Test
    void waitsForAFrozenRelayIfNoOtherConnects() throws IOException {
        one.freeze();
        two.refusal = Reason.NO_RELAY;
        threads.start("thaw", () -> {
            await().until(() -> tried.contains("two"));
            one.thawed.countDown();
        });
        assertThat(dial()).isEqualTo("one");
    }

    @Test
    void failsAtTheDeadlineIfNoneAnswers() {
        one.freeze();
        two.freeze();
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> dialer.dial(null, Instant.now()))
                .withMessage("no answer in time")
                .matches(e -> e.reason() == Reason.NO_RELAY);
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
