package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.observe.Ending;
import io.relaygate.observe.LostException;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both ends of a tunnel with their real threads, over carriers in memory. */
@Timeout(60)
class TunnelTest {

    private static final TunnelSettings SETTINGS = new TunnelSettings(
            2, Duration.ofSeconds(20), Duration.ofSeconds(3), 1 << 20, Duration.ofHours(20));

    private final Threads threads = new Threads(16);
    private final Budget budget = new Budget(1 << 30);
    private final Metrics metrics = new Metrics();
    private final LaneSlots slots = new LaneSlots(metrics);
    private final List<PipeLink> carriers = new CopyOnWriteArrayList<>();
    private volatile boolean relayIsDown;
    private volatile @Nullable RefusedException refusal;
    private volatile SiteTunnel site = site("site-1");
    private final EdgeTunnel edge = new EdgeTunnel("oslo", "edge-1", this::dial, SETTINGS, threads, budget, slots);

    private SiteTunnel site(String instance) {
        return new SiteTunnel(instance, SETTINGS, threads, budget, slots, this::serve);
    }

    private Opened dial(@Nullable String boot, Instant deadline) throws IOException {
        if (relayIsDown) {
            throw new RefusedException(Reason.NO_RELAY, "the relay is down");
        }
        SiteTunnel now = site;
        if (boot != null && !boot.equals(now.boot())) {
            throw new OtherProcessException(now.instance(), now.boot());
        }
        PipeLink.Pair pair = PipeLink.pair();
        carriers.add(pair.a());
        threads.start("carrier", () -> now.serve(pair.b(), new Origin("memory", "127.0.0.1:1")));
        return new Opened(pair.a(), "memory");
    }

    /** Sends back what comes, and ends when that does. */
    private void serve(Open what, SiteTunnel.Offer offer) {
        RefusedException why = refusal;
        if (why != null || what.service().equals("nothing")) {
            offer.refuse(why == null ? new RefusedException(Reason.NOT_FOUND, "no such service") : why);
            return;
        }
        if (what.service().equals("parting")) {
            part(offer);
            return;
        }
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

    /** Says something, closes, and then breaks off. */
    private static void part(SiteTunnel.Offer offer) {
        Link said = null;
        try (Link link = offer.accept()) {
            said = link;
            link.out().write(bytes(20_000, 1));
        } catch (IOException e) {
            // The test sees it at the other end.
        }
        if (said != null) {
            said.abort();
        }
    }

    private Link open(String service) throws IOException {
        return edge.open(new Open("0".repeat(32), service, "in", "192.0.2.1:5"), Instant.now().plusSeconds(20)).link();
    }

    @AfterEach
    void leavesNothing() {
        edge.close();
        site.close();
        Leftovers.none(threads, budget);
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Sends bytes and checks that they come back. */
    private static void exchange(Link link, int length, long seed, Threads threads) throws Exception {
        byte[] sent = bytes(length, seed);
        Thread sending = threads.start("send", () -> {
            try {
                link.out().write(sent);
                link.finish();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        byte[] got = link.in().readNBytes(length + 1);
        sending.join();
        assertThat(Arrays.equals(got, sent)).as("%d bytes of %d came back as they were", got.length, length).isTrue();
    }

    @Test
    void carriesSessionsBothWaysAndTheirEnds() throws Exception {
        for (int length : new int[] {0, 1, 100, 100_000, 10_000_000}) {
            try (Link link = open("echo")) {
                exchange(link, length, length, threads);
            }
        }
        await().until(() -> edge.sessions() == 0);
        assertThat(carriers).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void carriesManySessionsAtOnce() throws Exception {
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                int seed = i;
                all.add(clients.submit(() -> {
                    try (Link link = open("echo")) {
                        exchange(link, 50_000 + seed, seed, threads);
                    }
                    return null;
                }));
            }
        }
        for (Future<?> one : all) {
            one.get();
        }
    }

    @Test
    void aLossOfCarriersIsInvisible() throws Exception {
        Thread cutting = threads.start("cut", () -> {
            for (int i = 0; carriers.size() <= 10 && i < 600; i++) {
                java.util.concurrent.locks.LockSupport.parkNanos(30_000_000);
                carriers.forEach(i % 2 == 0 ? PipeLink::abort : PipeLink::close);
            }
        });
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                int seed = i;
                all.add(clients.submit(() -> {
                    while (cutting.isAlive()) {
                        try (Link link = open("echo")) {
                            exchange(link, 3_000_000 + seed, seed, threads);
                        }
                    }
                    return null;
                }));
            }
        }
        for (Future<?> one : all) {
            one.get();
        }
        assertThat(carriers).hasSizeGreaterThan(10);
    }

    @Test
    void aRefusalReachesTheClientWithItsReason() throws Exception {
        try (Link link = open("nothing")) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> link.in().read())
                    .withMessage("no such service")
                    .matches(e -> e.reason() == Reason.NOT_FOUND);
        }
    }

    @Test
    void anAbortIsNoCleanEnd() throws Exception {
        Link link = open("echo");
        link.out().write(1);
        assertThat(link.in().read()).isEqualTo(1);
        link.abort();
        await().until(() -> edge.sessions() == 0);
    }

    @Test
    void whatASiteSaidBeforeItClosedIsReadHoweverLate() throws Exception {
        try (Link link = open("parting");
                Link later = open("echo")) {
            later.out().write(1);
            assertThat(later.in().read()).as("what is behind it on the lane has come").isEqualTo(1);
            assertThat(link.in().readAllBytes()).isEqualTo(bytes(20_000, 1));
        }
    }

    @Test
    void saysWhyNoSiteCanBeReached() {
        relayIsDown = true;
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> open("echo"))
                .withMessage("the relay is down")
                .matches(e -> e.reason() == Reason.NO_RELAY);
    }

    @Test
    void aSiteThatIsStartedAnewEndsTheSessionsOfTheOldOne() throws Exception {
        Link link = open("echo");
        link.out().write(1);
        assertThat(link.in().read()).isEqualTo(1);
        SiteTunnel old = site;
        site = site("site-1");
        carriers.forEach(PipeLink::abort);
        assertThatExceptionOfType(LostException.class)
                .isThrownBy(() -> link.in().read())
                .matches(e -> e.ending() == Ending.PEER_LOST);
        link.close();
        old.close();
        try (Link again = open("echo")) {
            exchange(again, 1000, 1, threads);
        }
    }

    @Test
    void aLaneThatIsHeldForTooLongEndsItsSessionsAsLostWithTheRelay() throws Exception {
        EdgeTunnel impatient = new EdgeTunnel("oslo", "edge-2", this::dial,
                new TunnelSettings(1, Duration.ofSeconds(1), Duration.ofSeconds(3), 1 << 20, Duration.ofHours(20)),
                threads, budget, slots);
        Link link = impatient.open(new Open("0".repeat(32), "echo", "in", "x"), Instant.now().plusSeconds(20)).link();
        link.out().write(1);
        assertThat(link.in().read()).isEqualTo(1);
        relayIsDown = true;
        carriers.forEach(PipeLink::abort);
        assertThatExceptionOfType(LostException.class)
                .isThrownBy(() -> link.in().read())
                .matches(e -> e.ending() == Ending.RELAY_LOST);
        link.close();
        impatient.close();
    }

    @Test
    void aSessionThatASiteHasNoRoomForGoesToAnother() throws Exception {
        refusal = new RefusedException(Reason.BUSY, "full");
        Link link = open("echo");
        link.out().write(bytes(1000, 1));
        link.finish();
        threads.start("free", () -> {
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
            refusal = null;
        });
        assertThat(link.in().readAllBytes()).isEqualTo(bytes(1000, 1));
        link.close();
    }

    @Test
    void aPeerThatIsNoSiteIsToldApart() {
        EdgeTunnel lost = new EdgeTunnel("oslo", "edge-3", (boot, deadline) -> {
            PipeLink.Pair pair = PipeLink.pair();
            threads.start("ssh", () -> {
                try {
                    pair.b().out().write("SSH-2.0-OpenSSH\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    pair.b().in().readAllBytes();
                } catch (IOException e) {
                    // The edge has left.
                }
            });
            return new Opened(pair.a(), "memory");
        }, SETTINGS, threads, budget, slots);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> lost.open(new Open("0".repeat(32), "echo", "in", "x"), Instant.now().plusSeconds(20)))
                .matches(e -> e.reason() == Reason.NO_SITE);
        lost.close();
    }

    @Test
    void endOfInputIsAnEndAndNothingElse() throws Exception {
        try (Link link = open("echo")) {
            link.finish();
            assertThat(link.in().read()).isEqualTo(-1);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> link.out().write(1));
        }
    }
}
