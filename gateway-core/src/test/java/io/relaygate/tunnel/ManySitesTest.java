package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.observe.LostException;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An edge and a site with two processes, between which a relay in memory picks in turn. */
@Timeout(60)
class ManySitesTest {

    private static final TunnelSettings SETTINGS = new TunnelSettings(
            2, Duration.ofSeconds(3), Duration.ofSeconds(3), 1 << 20, Duration.ofHours(20));

    private final Threads threads = new Threads(16);
    private final Budget budget = new Budget(1 << 30);
    private final Map<SiteTunnel, String> unwilling = new ConcurrentHashMap<>();
    private final List<String> full = new CopyOnWriteArrayList<>();
    private final List<String> deaf = new CopyOnWriteArrayList<>();
    private final LaneSlots slots = new LaneSlots(new Metrics());
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<PipeLink> carriers = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger dials = new AtomicInteger();
    private final List<SiteTunnel> all = List.of(site("a"), site("b"));
    private volatile List<SiteTunnel> listening = all;
    private final EdgeTunnel edge = new EdgeTunnel("oslo", "edge-1", this::dial, SETTINGS, threads, budget, slots);

    private SiteTunnel site(String instance) {
        return site(instance, instance);
    }

    private SiteTunnel site(String instance, String says) {
        return new SiteTunnel(instance, SETTINGS, threads, budget, slots, (what, offer) -> serve(says, offer));
    }

    private Opened dial(@Nullable String boot, Instant deadline) throws IOException {
        dials.incrementAndGet();
        List<SiteTunnel> now = listening;
        SiteTunnel picked = now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
        if (boot != null && !picked.boot().equals(boot)) {
            throw new OtherProcessException(picked.instance(), picked.boot());
        }
        if (boot == null && unwilling.containsKey(picked)) {
            throw new RefusedException(Reason.BUSY, unwilling.get(picked));
        }
        PipeLink.Pair pair = PipeLink.pair();
        carriers.add(pair.a());
        threads.start("carrier", () -> picked.serve(pair.b(), new Origin("memory", "127.0.0.1:1")));
        return new Opened(pair.a(), "memory");
    }

    /** Says which process it is, once it has got a byte. */
    private void serve(String instance, SiteTunnel.Offer offer) {
        if (full.contains(instance)) {
            offer.refuse(new RefusedException(Reason.BUSY, "full"));
            return;
        }
        if (deaf.contains(instance)) {
            return;
        }
        try (Link link = offer.accept()) {
            accepted.incrementAndGet();
            while (link.in().read() >= 0) {
                link.out().write(instance.charAt(0));
            }
            link.finish();
        } catch (IOException e) {
            // The test sees it at the other end.
        }
    }

    private Link open() throws IOException {
        return open(Instant.now().plusSeconds(20));
    }

    private Link open(Instant deadline) throws IOException {
        return edge.open(new Open("0".repeat(32), "who", "in", "192.0.2.1:5"), deadline).link();
    }

    private static char ask(Link link) throws IOException {
        link.out().write('?');
        return (char) link.in().read();
    }

    /** A site counts a lane before the edge has heard of it that it is there. */
    private static boolean takesSessions(LaneStatus lane) {
        return lane.end() == LaneStatus.End.EDGE && lane.up() && !lane.process().isEmpty();
    }

    private char whoAnswers() throws IOException {
        try (Link link = open()) {
            return ask(link);
        }
    }

    @AfterEach
    void leavesNothing() {
        edge.close();
        all.forEach(SiteTunnel::close);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(threads.alive()).as("threads").isZero();
            assertThat(budget.promised()).as("promises").isZero();
        });
        threads.close();
    }

    @Test
    void lanesFindTheirProcessAgainAmongOthers() throws Exception {
        try (Link one = open(); Link other = open()) {
            char first = ask(one);
            char second = ask(other);
            for (int i = 0; i < 20; i++) {
                int before = dials.get();
                carriers.forEach(PipeLink::abort);
                await().until(() -> dials.get() > before);
                assertThat(ask(one)).isEqualTo(first);
                assertThat(ask(other)).isEqualTo(second);
            }
        }
    }

    @Test
    void aProcessThatLeavesKeepsItsSessionsAndGetsNoNewOnes() throws Exception {
        SiteTunnel leaving = all.getFirst();
        try (Link one = open(); Link other = open()) {
            char first = ask(one);
            char second = ask(other);
            unwilling.put(leaving, "the site gateway is shutting down");
            leaving.leave(() -> {});
            for (int i = 0; i < 50; i++) {
                assertThat(whoAnswers()).isEqualTo('b');
            }
            assertThat(ask(one)).isEqualTo(first);
            assertThat(ask(other)).isEqualTo(second);
        }
    }

    @Test
    void aProcessThatIsGoneDelaysNoNewSession() throws Exception {
        Link one = open();
        await().until(() -> slots.all().stream().filter(ManySitesTest::takesSessions).count() == 2);
        Link other = open();
        List<Link> lost = List.of(one, other).stream().filter(link -> asks(link) == 'a').toList();
        listening = List.of(all.getLast());
        int before = dials.get();
        carriers.forEach(PipeLink::abort);
        await().until(() -> dials.get() > before + 1);
        long began = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            assertThat(whoAnswers()).isEqualTo('b');
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SETTINGS.hold());
        assertThat(lost).isNotEmpty().allSatisfy(link -> assertThatExceptionOfType(LostException.class)
                .isThrownBy(() -> link.in().read()));
        one.close();
        other.close();
    }

    /** The site may have passed on what it was sent; of an opening nothing is passed on but the connection. */
    @Test
    void aSessionThatWasOnlyOpenedWhenItsProcessWentIsOpenedElsewhere() throws Exception {
        listening = List.of(all.getFirst());
        try (Link known = open()) {
            assertThat(ask(known)).isEqualTo('a');
            deaf.add("a");
            try (Link opened = open(); Link used = open()) {
                used.out().write('?');
                listening = List.of(all.getLast());
                carriers.forEach(PipeLink::abort);
                assertThat(askedOnceAccepted(opened)).isEqualTo('b');
                assertThatExceptionOfType(LostException.class).isThrownBy(() -> used.in().read());
            }
        }
    }

    /** An outage takes nothing of the time that a session has for getting connected. */
    @Test
    void aSessionThatIsOpenedElsewhereHasItsTimeAgain() throws Exception {
        listening = List.of(all.getFirst());
        try (Link known = open()) {
            assertThat(ask(known)).isEqualTo('a');
            deaf.add("a");
            Instant deadline = Instant.now().plusMillis(300);
            try (Link opened = open(deadline)) {
                await().until(() -> Instant.now().isAfter(deadline));
                listening = List.of(all.getLast());
                carriers.forEach(PipeLink::abort);
                assertThat(askedOnceAccepted(opened)).isEqualTo('b');
            }
        }
    }

    @Test
    void aSessionThatWasOnlyOpenedWhenItsProcessWasStartedAnewIsOpenedThere() throws Exception {
        listening = List.of(all.getFirst());
        try (SiteTunnel anew = site("a", "c");
                Link known = open()) {
            assertThat(ask(known)).isEqualTo('a');
            deaf.add("a");
            try (Link opened = open(Instant.now().plusMillis(300));
                    Link used = open()) {
                used.out().write('?');
                listening = List.of(anew);
                carriers.forEach(PipeLink::abort);
                assertThat(askedOnceAccepted(opened)).isEqualTo('c');
                assertThatExceptionOfType(LostException.class).isThrownBy(() -> used.in().read());
            }
        }
    }

    /** What answers a session that waits, when it has been accepted as the second of all. */
    private int askedOnceAccepted(Link opened) throws Exception {
        AtomicInteger answer = new AtomicInteger();
        Thread reading = threads.start("read", () -> answer.set(read(opened)));
        await().until(() -> accepted.get() == 2);
        opened.out().write('?');
        reading.join();
        return answer.get();
    }

    private static int read(Link link) {
        try {
            return link.in().read();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static char asks(Link link) {
        try {
            return ask(link);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whatAFullProcessRefusesGoesToAnotherEvenIfAllLanesLeadToTheFullOne() throws Exception {
        listening = List.of(all.getFirst());
        assertThat(whoAnswers()).isEqualTo('a');
        assertThat(whoAnswers()).isEqualTo('a');
        listening = all;
        full.add("a");
        for (int i = 0; i < 20; i++) {
            assertThat(whoAnswers()).isEqualTo('b');
        }
    }

    @Test
    void aSiteAllOfWhichIsUnwillingIsToldApart() {
        all.forEach(site -> unwilling.put(site, "the site gateway is shutting down"));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(this::open)
                .withMessageContaining("shutting down")
                .matches(e -> e.reason() == Reason.BUSY);
    }
}
