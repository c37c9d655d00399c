package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.LaneStatus.End;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of lanes while they carry, lose their carriers, go on and end. */
@Timeout(60)
class LaneMetricsTest {

    private static final TunnelSettings SETTINGS = new TunnelSettings(
            1, Duration.ofSeconds(20), Duration.ofSeconds(3), 1 << 20, Duration.ofHours(20));

    private final Threads threads = new Threads(16);
    private final Metrics metrics = new Metrics();
    private final LaneSlots slots = new LaneSlots(metrics);
    private final Budget budget = new Budget(1 << 30);
    private final List<PipeLink> carriers = new CopyOnWriteArrayList<>();
    private volatile String relay = "weu";
    private volatile boolean down;
    private final SiteTunnel site = new SiteTunnel("site-1", SETTINGS, threads, budget, slots, this::echo);
    private final EdgeTunnel edge = new EdgeTunnel("oslo", "edge-1", this::dial, SETTINGS, threads, budget, slots);

    private Opened dial(@Nullable String boot, Instant deadline) throws IOException {
        if (down) {
            throw new RefusedException(Reason.NO_RELAY, "the relay is down");
        }
        PipeLink.Pair pair = PipeLink.pair();
        carriers.add(pair.a());
        String over = relay;
        threads.start("carrier", () -> site.serve(pair.b(), new Origin(over, "127.0.0.1:1")));
        return new Opened(pair.a(), over);
    }

    private void echo(Open what, SiteTunnel.Offer offer) {
        try (Link link = offer.accept()) {
            link.in().transferTo(link.out());
            link.finish();
        } catch (IOException e) {
            // The test sees it at the other end.
        }
    }

    private Link open() throws IOException {
        return edge.open(new Open("0".repeat(32), "echo", "in", "x"), Instant.now().plusSeconds(20)).link();
    }

    private static void exchange(Link link) throws IOException {
        link.out().write(new byte[1000]);
        assertThat(link.in().readNBytes(1000)).hasSize(1000);
    }

    private LaneStatus lane(End end) {
        return slots.all().stream().filter(each -> each.end() == end).findFirst().orElseThrow();
    }

    @AfterEach
    void seriesEndWithTheirLanes() {
        edge.close();
        site.close();
        await().atMost(Duration.ofSeconds(10)).until(() -> threads.alive() == 0);
        assertThat(slots.all()).isEmpty();
        assertThat(metrics.exposition()).doesNotContain("lane=");
        threads.close();
    }

    @Test
    void lanesThatCarryAreCountedAtBothEnds() throws Exception {
        try (Link link = open()) {
            exchange(link);
            LaneStatus here = lane(End.EDGE);
            assertThat(here.peer()).isEqualTo("oslo");
            assertThat(here.process()).isEqualTo("site-1");
            assertThat(here.relay()).isEqualTo("weu");
            assertThat(here.up()).isTrue();
            assertThat(here.sessions()).isEqualTo(1);
            assertThat(here.promised()).isGreaterThanOrEqualTo(Mux.FIRST_WINDOW);
            assertThat(here.trouble()).isNull();
            LaneStatus there = lane(End.SITE);
            assertThat(there.peer()).isEqualTo("edge-1");
            assertThat(there.relay()).isEqualTo("weu");
            LaneTraffic sent = here.traffic().getFirst();
            LaneTraffic taken = there.traffic().getFirst();
            assertThat(sent.sent()).isGreaterThan(1000).isEqualTo(taken.received());
            assertThat(sent.received()).isGreaterThan(1000).isEqualTo(taken.sent());
            assertThat(sent.resumptions() + sent.resent() + sent.lost().size()).isZero();
        }
        String there = "end=\"SITE\",lane=\"0\",peer=\"edge-1\",relay=\"weu\"} ";
        String here = "end=\"EDGE\",lane=\"0\",peer=\"oslo\",relay=\"weu\"} ";
        assertThat(metrics.exposition())
                .contains("relaygate_tunnel_lane_up{" + here + "1.0", "relaygate_tunnel_lane_up{" + there + "1.0")
                .contains("relaygate_tunnel_sessions_opened_total{" + here + "1.0")
                .contains("relaygate_tunnel_sessions_opened_total{" + there + "1.0")
                .contains("relaygate_tunnel_bytes_total{direction=\"up\"," + here)
                .contains("relaygate_tunnel_wait_seconds_total{end=\"EDGE\",for=\"credit\",lane=\"0\"")
                .doesNotContain("relaygate_tunnel_carriers_lost")
                .doesNotContain("relaygate_tunnel_pause_seconds_count");
    }

    @Test
    void lossAndWhatFollowsAreCountedForTheirRelays() throws Exception {
        try (Link link = open()) {
            exchange(link);
            down = true;
            carriers.forEach(PipeLink::abort);
            await().until(() -> "the relay is down".equals(lane(End.EDGE).trouble()));
            assertThat(lane(End.EDGE).up()).isFalse();
            assertThat(lane(End.EDGE).relay()).isEqualTo("weu");
            relay = "neu";
            down = false;
            exchange(link);
            LaneStatus here = lane(End.EDGE);
            assertThat(here.up()).isTrue();
            assertThat(here.relay()).isEqualTo("neu");
            assertThat(here.trouble()).isNull();
            assertThat(here.traffic()).extracting(LaneTraffic::relay).containsExactly("neu", "weu");
            assertThat(here.traffic()).extracting(LaneTraffic::resumptions).containsExactly(1L, 0L);
            assertThat(here.traffic().getFirst().lost()).isEmpty();
            assertThat(here.traffic().getLast().lost().values()).containsExactly(1L);
        }
        assertThat(metrics.exposition())
                .contains("relaygate_tunnel_resumptions_total{end=\"EDGE\",lane=\"0\",peer=\"oslo\",relay=\"neu\"} 1.0")
                .contains("relaygate_tunnel_pause_seconds_count{end=\"EDGE\",peer=\"oslo\"} 1")
                .contains("relaygate_tunnel_pause_seconds_count{end=\"SITE\",peer=\"\"} 1")
                .containsPattern("relaygate_tunnel_carriers_lost_total\\{end=\"EDGE\",lane=\"0\",peer=\"oslo\","
                        + "reason=\"(FAILED|CLOSED)\",relay=\"weu\"} 1.0");
    }

    /** Dials somebody who speaks another protocol. */
    private static final class Astray implements Dialer {
        private final List<String> failures = new CopyOnWriteArrayList<>();

        @Override
        public Opened dial(@Nullable String boot, Instant deadline) throws IOException {
            PipeLink.Pair pair = PipeLink.pair();
            pair.b().out().write("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII));
            pair.b().finish();
            return new Opened(pair.a(), "neu");
        }

        @Override
        public void failed(String over, RefusedException why) {
            failures.add(over + " " + why.reason());
        }
    }

    @Test
    void whoeverAnswersAndIsNoSiteIsToldOf() {
        Astray astray = new Astray();
        try (EdgeTunnel lost = new EdgeTunnel("oslo", "edge-3", astray, SETTINGS, threads, budget, slots)) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> lost.open(new Open("0".repeat(32), "echo", "in", "x"), Instant.now().plusSeconds(20)))
                    .matches(e -> e.reason() == Reason.NO_SITE);
            assertThat(astray.failures).contains("neu NO_SITE");
        }
    }

    private static EdgeLane lane() {
        return new EdgeLane(PlayedEnd.EDGE, new SecureRandom(), 1, 1 << 20, 0);
    }

    private void hold(LaneSlot slot, EdgeLane lane) {
        slot.hold(lane, new Mux(lane, budget, System::nanoTime, new PlayedHost()), () -> null);
    }

    @Test
    void laneThatReplacesAnotherCountsOnFromIt() {
        LaneSlot slot = slots.take(End.EDGE, "lima");
        EdgeLane first = lane();
        hold(slot, first);
        first.counts.enters(new Lane.State.Attaching(0, 0), first);
        first.counts.received(77);
        slot.leave();
        EdgeLane second = lane();
        hold(slot, second);
        first.counts.received(1);
        assertThat(second.counts.traffic()).singleElement().extracting(LaneTraffic::received).isEqualTo(77L);
        slot.free();
    }

    private static final class PlayedHost implements MuxHost {
        @Override
        public void opened(MuxSession session, Open what) {
            throw new AssertionError("nobody opens any");
        }

        @Override
        public void changed() {
            // The test looks itself.
        }
    }

    @Test
    void edgesCannotFillTheMetricsWithLanes() {
        List<LaneSlot> taken = IntStream.range(0, 1500)
                .mapToObj(i -> slots.take(End.SITE, "edge-" + i % 30))
                .toList();
        taken.forEach(slot -> hold(slot, lane()));
        assertThat(slots.all()).hasSize(1000);
        LaneSlot own = slots.take(End.EDGE, "lima");
        hold(own, lane());
        assertThat(slots.all()).as("what the configuration names is always shown").hasSize(1001);
        taken.subList(1000, 1500).forEach(LaneSlot::free);
        assertThat(slots.all()).as("who is not shown frees nobody's place").hasSize(1001);
        own.free();
        taken.forEach(LaneSlot::free);
    }
}
