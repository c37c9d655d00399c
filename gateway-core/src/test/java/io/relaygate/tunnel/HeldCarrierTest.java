package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.observe.LostException;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that are held up, by a carrier, a peer that reads nothing, or a dial, go on when they may. */
@Timeout(60)
class HeldCarrierTest {

    private static final TunnelSettings SETTINGS = new TunnelSettings(
            1, Duration.ofSeconds(20), Duration.ofSeconds(15), 1 << 20, Duration.ofHours(20));

    private final Threads threads = new Threads(16);
    private final Budget budget = new Budget(1 << 30);
    private final LaneSlots slots = new LaneSlots(new Metrics());
    private final List<GatedLink> carriers = new CopyOnWriteArrayList<>();
    private final List<GatedLink> there = new CopyOnWriteArrayList<>();
    private final List<Link> served = new CopyOnWriteArrayList<>();
    private final AtomicInteger dials = new AtomicInteger();
    private volatile boolean relayIsDown;
    private volatile boolean siteLeaves;
    private final SiteTunnel site = new SiteTunnel("site-1", SETTINGS, threads, budget, slots, this::serve);
    private final EdgeTunnel edge = edge(this::dial);

    private EdgeTunnel edge(Dialer dialer) {
        return new EdgeTunnel("oslo", "edge-1", dialer, SETTINGS, threads, budget, slots);
    }

    private Opened dial(@Nullable String boot, Instant deadline) throws IOException {
        dials.incrementAndGet();
        if (relayIsDown || (siteLeaves && boot == null)) {
            throw new RefusedException(RefusedException.Reason.NO_RELAY, "there is no way");
        }
        PipeLink.Pair pair = PipeLink.pair();
        GatedLink link = new GatedLink(pair.a());
        carriers.add(link);
        GatedLink atSite = new GatedLink(pair.b());
        there.add(atSite);
        threads.start("carrier", () -> site.serve(atSite, new Origin("memory", "127.0.0.1:1")));
        return new Opened(link, "memory");
    }

    /** The test plays the service. */
    private void serve(Open what, SiteTunnel.Offer offer) {
        try {
            Link link = offer.accept();
            link.deadline(Instant.now().plusSeconds(25));
            served.add(link);
        } catch (IOException e) {
            // The test sees it at the other end.
        }
    }

    private static Link open(EdgeTunnel at) throws IOException {
        Instant limit = Instant.now().plusSeconds(20);
        Link link = at.open(new Open("0".repeat(32), "echo", "in", "192.0.2.1:5"), limit).link();
        // Nobody can interrupt a wait that is forgotten.
        link.deadline(limit);
        return link;
    }

    /** A session that the site has accepted: its end here and its end there. */
    private Link[] session() throws IOException {
        int before = served.size();
        Link here = open(edge);
        await().until(() -> served.size() > before);
        return new Link[] {here, served.get(before)};
    }

    private static void carries(Link from, Link to, int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + 7);
        }
        from.out().write(bytes);
        assertThat(to.in().readNBytes(length)).isEqualTo(bytes);
    }

    private Thread writing(Link link, int length, AtomicReference<Throwable> failure) {
        return threads.start("write", () -> {
            try {
                link.out().write(new byte[length]);
            } catch (IOException | RuntimeException e) {
                failure.set(e);
            }
        });
    }

    @AfterEach
    void leavesNothing() {
        carriers.forEach(link -> link.holdWrites(false));
        there.forEach(link -> link.holdWrites(false));
        edge.close();
        site.close();
        served.forEach(Link::close);
        Leftovers.none(threads, budget);
    }

    @Test
    void writeThatALostCarrierHoldsUpEndsWithTheCarrier() throws Exception {
        Link[] session = session();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        carriers.getFirst().holdWrites(true);
        Thread writing = writing(session[0], 10, failure);
        await().until(carriers.getFirst()::holdsAWrite);
        there.getFirst().abort();
        assertThat(session[1].in().readNBytes(10)).hasSize(10);
        await().atMost(Duration.ofSeconds(10)).until(() -> !writing.isAlive());
        assertThat(failure.get()).isNull();
        carries(session[0], session[1], 1000);
        session[0].close();
    }

    private static void says(RawPeer peer, byte[] bytes) {
        try {
            peer.say(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The site says nothing more, so that nothing else goes out which could bring it along. */
    @Test
    void acknowledgementOfWhatCameDuringAWriteWaitsForNothingElse() throws Exception {
        PipeLink.Pair pair = PipeLink.pair();
        GatedLink carrier = new GatedLink(pair.a());
        EdgeTunnel other = edge((boot, deadline) -> new Opened(carrier, "memory"));
        try (RawPeer peer = new RawPeer(pair.b())) {
            peer.say(FedEnd.HELLO);
            peer.say(new CarrierRecord.Created(1));
            Link session = open(other);
            peer.hearData();
            carrier.onNextWrite(() -> {
                says(peer, FedEnd.framed(Frame.ACCEPTED, 1));
                while (slots.all().getFirst().traffic().getFirst().received() == 0) {
                    // Soon, or the acknowledgement is due when the write ends.
                    Thread.onSpinWait();
                }
            });
            session.out().write(new byte[10]);
            assertThat(peer.hear(CarrierRecord.Ack.class)).isEqualTo(new CarrierRecord.Ack(Frame.HEAD));
            assertThat(peer.hasHeard(CarrierRecord.Ping.class)).isFalse();
            session.abort();
        }
        other.close();
    }

    @Test
    void defectOfALinkTakesNothingOutOfTheLane() throws Exception {
        Link[] unlucky = session();
        Link[] other = session();
        carries(other[0], other[1], 1000);
        carriers.getFirst().onNextWrite(() -> {
            throw new IllegalStateException("a defect of the link");
        });
        assertThatIllegalStateException().isThrownBy(() -> unlucky[0].out().write(new byte[100]));
        carries(other[0], other[1], 1000);
        carries(other[1], other[0], 1000);
        assertThat(unlucky[1].in().readNBytes(100)).hasSize(100);
        unlucky[0].close();
        other[0].close();
    }

    @Test
    void writeThatWaitsForCreditEndsWhenItsConnectionIsClosed() throws Exception {
        Link[] session = session();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread writing = writing(session[0], 1 << 20, failure);
        await().until(() -> writing.getState() == Thread.State.WAITING);
        session[0].close();
        await().atMost(Duration.ofSeconds(5)).until(() -> !writing.isAlive());
        assertThat(failure.get()).isInstanceOf(IOException.class);
    }

    @Test
    void siteThatStopsLetsArriveWhatSessionsHaveSaidThatAreOver() throws Exception {
        List<Link[]> sessions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Link[] session = session();
            session[0].finish();
            assertThat(session[1].in().read()).isEqualTo(-1);
            sessions.add(session);
        }
        there.getFirst().holdWrites(true);
        // The carrier's own thread writes its end and is held up, so that those of the others are not.
        sessions.removeFirst()[1].close();
        await().until(there.getFirst()::holdsAWrite);
        for (Link[] session : sessions) {
            session[1].out().write(new byte[30_000]);
            session[1].finish();
        }
        Thread closing = threads.start("close", site::close);
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        there.getFirst().holdWrites(false);
        for (Link[] session : sessions) {
            assertThat(session[0].in().readAllBytes()).hasSize(30_000);
            session[0].close();
        }
        closing.join();
    }

    /** The carrier is lost for longer than the edge's lane is needed here, and the site still waits for the last bytes. */
    @Test
    void laneThatGivesWayGoesOnUntilTheSiteHoldsTheEndsOfItsSessions() throws Exception {
        Link[] session = session();
        session[1].finish();
        assertThat(session[0].in().read()).isEqualTo(-1);
        siteLeaves = true;
        site.leave(() -> {});
        await().until(() -> edgeLanes() == 2);
        relayIsDown = true;
        there.forEach(GatedLink::abort);
        await().until(() -> slots.all().stream().noneMatch(LaneStatus::up));
        session[0].out().write(new byte[20_000]);
        session[0].finish();
        await().until(() -> edge.sessions() == 0);
        // Nobody needs the lane here, unless for what the site has not got.
        int before = dials.get();
        await().until(() -> dials.get() > before + 6);
        relayIsDown = false;
        assertThat(session[1].in().readAllBytes()).hasSize(20_000);
    }

    private long edgeLanes() {
        return slots.all().stream().filter(each -> each.end() == LaneStatus.End.EDGE).count();
    }

    @Test
    void defectOfTheDialerEndsTheSessionsOfItsLane() throws Exception {
        AtomicBoolean defect = new AtomicBoolean();
        EdgeTunnel other = edge((boot, deadline) -> {
            if (!defect.get()) {
                return dial(boot, deadline);
            }
            if (boot != null) {
                throw new IllegalStateException("a defect");
            }
            throw new RefusedException(RefusedException.Reason.NO_RELAY, "down");
        });
        try (Link link = open(other)) {
            await().until(() -> served.size() == 1);
            defect.set(true);
            there.getFirst().abort();
            assertThatExceptionOfType(LostException.class).isThrownBy(() -> link.in().read());
        } finally {
            other.close();
        }
    }

    @Test
    void sessionThatWaitsForALaneIsRefusedWhenTheEdgeStops() throws Exception {
        CountDownLatch dialling = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        EdgeTunnel slow = edge((boot, deadline) -> {
            dialling.countDown();
            await().until(() -> stopped.getCount() == 0);
            throw new RefusedException(RefusedException.Reason.NO_RELAY, "too late");
        });
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread opening = threads.start("open", () -> {
            try {
                open(slow);
            } catch (IOException e) {
                failure.set(e);
            }
        });
        dialling.await();
        slow.close();
        await().atMost(Duration.ofSeconds(5)).until(() -> !opening.isAlive());
        assertThat(failure.get()).hasMessage("the gateway is shutting down");
        stopped.countDown();
    }
}
