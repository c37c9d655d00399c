package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.tunnel.CarrierRecord.Attach;
import io.relaygate.tunnel.CarrierRecord.Create;
import io.relaygate.tunnel.CarrierRecord.Created;
import io.relaygate.tunnel.CarrierRecord.Hello;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a site's end of its tunnels stops, and what a defect leaves behind; a test plays the edge. */
@Timeout(60)
class SiteTunnelTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Origin ORIGIN = new Origin("memory", "127.0.0.1:1");
    private static final Create CREATE = new Create(
            Versions.OURS, 1, Identity.started("edge-1", RANDOM), Bits.random(CarrierRecord.SECRET, RANDOM), Mux.FIRST_WINDOW);
    private static final Hello HELLO = new Hello(
            Versions.OURS, Identity.started("site-1", RANDOM), Bits.random(CarrierRecord.NONCE, RANDOM), Mux.FIRST_WINDOW);

    private final Threads threads = new Threads(16);
    private final SiteTunnel site = new SiteTunnel(
            "site-1",
            new TunnelSettings(1, Duration.ofSeconds(20), Duration.ofSeconds(15), 1 << 20, Duration.ofHours(20)),
            threads,
            new Budget(1 << 30),
            new LaneSlots(new Metrics()),
            (what, offer) -> {});

    @AfterEach
    void leavesNothing() {
        site.close();
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(threads.alive()).isZero());
        threads.close();
    }

    private RawPeer dial() {
        PipeLink.Pair pair = PipeLink.pair();
        threads.start("carrier", () -> site.serve(pair.b(), ORIGIN));
        return new RawPeer(pair.a());
    }

    private RawPeer created() throws IOException {
        RawPeer edge = dial();
        assertThat(edge.hear(Hello.class)).isNotNull();
        edge.say(CREATE);
        assertThat(edge.hear(Created.class)).isNotNull();
        return edge;
    }

    @Test
    void carrierThatNoLaneHasYetIsClosedWhenTheSiteStops() throws Exception {
        try (RawPeer edge = dial()) {
            assertThat(edge.hear(Hello.class)).isNotNull();
            site.close();
            await().atMost(Duration.ofSeconds(5)).until(() -> threads.alive() == 0);
            assertThat(edge.hear(Created.class)).isNull();
        }
    }

    @Test
    void laneIsDoneWhenTheSiteStopsAndNothingIsCutOff() throws Exception {
        try (RawPeer edge = created()) {
            site.leave(() -> {});
            edge.hearData();
            edge.say(new CarrierRecord.Ack(Frame.HEAD));
            site.close();
            assertThat(edge.hear(CarrierRecord.End.class)).isNotNull();
        }
    }

    @Test
    void laneIsLostWhenTheSiteStopsAndTheEdgeMayNotHoldEveryByte() throws Exception {
        try (RawPeer edge = created()) {
            site.leave(() -> {});
            edge.hearData();
            site.close();
            assertThat(Objects.requireNonNull(edge.hear(CarrierRecord.Reset.class)).end()).isEqualTo(LaneEnd.PEER_LOST);
        }
    }

    private void serve(Link link, SiteLanes lanes) {
        CarrierLoop.accepted(link, lanes.new Accepted(HELLO, ORIGIN), HELLO, Timing.USUAL, threads);
    }

    private static void isFree(Lane lane) throws InterruptedException {
        assertThat(lane.lock.tryLock(5, TimeUnit.SECONDS)).as("the lock is free").isTrue();
        lane.lock.unlock();
    }

    @Test
    void defectWhileALaneIsMadeLeavesNoLaneAndNoCarrier() throws Exception {
        List<SiteLane> made = new ArrayList<>();
        SiteLanes lanes = new SiteLanes(HELLO.site(), 1 << 20, lane -> {
            made.add(lane);
            throw new IllegalStateException("a defect");
        });
        PipeLink.Pair pair = PipeLink.pair();
        Thread serving = threads.start("carrier", () -> assertThatIllegalStateException().isThrownBy(() -> serve(pair.b(), lanes)));
        try (RawPeer edge = new RawPeer(pair.a())) {
            edge.say(CREATE);
            serving.join();
            assertThat(edge.hear(Created.class)).isNull();
        }
        isFree(made.getFirst());
        assertThat(lanes.all()).isEmpty();
    }

    @Test
    void defectWhileALaneIsAttachedLeavesItToTheNextCarrier() throws Exception {
        AtomicBoolean defect = new AtomicBoolean();
        List<SiteLane> made = new ArrayList<>();
        MuxHost host = new MuxHost() {
            @Override
            public void opened(MuxSession session, Open what) {}

            @Override
            public void changed() {
                if (defect.get() && made.getFirst().live()) {
                    throw new IllegalStateException("a defect");
                }
            }
        };
        SiteLanes lanes = new SiteLanes(HELLO.site(), 1 << 20, lane -> {
            made.add(lane);
            new Mux(lane, new Budget(1 << 30), System::nanoTime, host);
        });
        PipeLink.Pair first = PipeLink.pair();
        RawPeer edge = new RawPeer(first.a());
        edge.say(CREATE);
        serve(first.b(), lanes);
        edge.close();
        await().until(() -> made.getFirst().state() instanceof Lane.State.Detached);

        defect.set(true);
        PipeLink.Pair second = PipeLink.pair();
        try (RawPeer again = new RawPeer(second.a())) {
            again.say(attach(made.getFirst().id(), 2));
            Thread serving = threads.start("carrier", () -> assertThatIllegalStateException().isThrownBy(() -> serve(second.b(), lanes)));
            serving.join();
            assertThat(again.hear(CarrierRecord.Pong.class)).isNull();
        }
        isFree(made.getFirst());

        defect.set(false);
        PipeLink.Pair third = PipeLink.pair();
        try (RawPeer last = new RawPeer(third.a())) {
            last.say(attach(made.getFirst().id(), 3));
            serve(third.b(), lanes);
            assertThat(last.hear(CarrierRecord.Attached.class)).isNotNull();
        }
    }

    private static Attach attach(long lane, long epoch) {
        Bits nonce = Bits.random(CarrierRecord.NONCE, RANDOM);
        Proof proof = new Proof(
                HELLO.versions(), Versions.OURS, 1, CREATE.edge().boot(), HELLO.site().boot(), lane, epoch, nonce, HELLO.nonce());
        return new Attach(Versions.OURS, 1, HELLO.site().boot(), lane, epoch, 0, nonce, proof.ofEdge(CREATE.secret(), 0));
    }
}
