package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A carrier keeps its times, and bears a peer that asks too much. */
class CarrierTest {

    private static final long SECOND = 1_000_000_000;

    private final PlayedEnd site = PlayedEnd.site(new Budget(1 << 30));

    @AfterEach
    void end() {
        site.done();
    }

    private void pings(int count) {
        for (int i = 0; i < count; i++) {
            site.record(new CarrierRecord.Ping(i).encode());
        }
    }

    @Test
    void questionIsAnswered() {
        site.record(new CarrierRecord.Ping(77).encode());
        assertThat(site.says()).containsExactly("Pong[token=77]");
    }

    @Test
    void peerThatAsksAndDoesNotReadFillsNoMemory() {
        pings(10_000);
        assertThat(site.says()).hasSizeLessThan(100);
        pings(1);
        assertThat(site.says()).containsExactly("Pong[token=0]");
    }

    @ParameterizedTest
    @ValueSource(ints = {61, 62, 75, 76, 77, 90})
    void writeThatAnswersFillLeavesTheStreamToTheNext(int most) {
        pings(5);
        site.mux().leave();
        assertThat(site.says(most)).hasSize(6).last().isEqualTo("GOAWAY");
    }

    @Test
    void peerIsAskedAndItsSilenceNoticed() {
        site.passes(5 * SECOND);
        assertThat(site.says()).containsExactly("Ping[token=" + 5 * SECOND + "]");
        site.passes(10 * SECOND - 1);
        assertThat(site.carrier().closed()).isNull();
        site.passes(1);
        assertThat(site.carrier().closed()).isEqualTo("nothing came for 15000 ms");
        assertThat(site.lane().state()).isEqualTo(new Lane.State.Detached(15 * SECOND));
    }

    @Test
    void laneNoticesTheSilenceOfACarrierWhoseThreadIsHeldUp() {
        site.lane().tick(15 * SECOND, 60 * SECOND);
        assertThat(site.carrier().closed()).isEqualTo("nothing came for 15000 ms");
    }

    @Test
    void lastWordHasTimeUntilTheSilenceLimit() {
        site.lane().reset(LaneEnd.PEER_LOST, "stopped");
        site.passes(15 * SECOND - 1);
        assertThat(site.carrier().closed()).isNull();
        site.passes(1);
        assertThat(site.carrier().closed()).isNotNull();
    }

    @Test
    void nothingIsHeardAfterTheLastWord() {
        site.hears(Frame.GOAWAY + 1, 0);
        site.record(new byte[] {CarrierRecord.HELLO, 127, 127, 127});
        site.record(new byte[100]);
        assertThat(site.says()).containsExactly("Reset[end=BROKEN, reason=unknown frame type 9]");
        assertThat(site.carrier().closed()).isEqualTo("finished");
    }

    @Test
    void overdueHelloIsNoticedInTimeHoweverLongTheSilence() {
        Timing slow = Timing.of(Duration.ofSeconds(100), Duration.ofSeconds(300));
        EdgeLane lane = new EdgeLane(PlayedEnd.EDGE, new SecureRandom(), 1, 1, 0);
        Carrier carrier = new Carrier(new Dialled(lane, "memory"), slow, site, null, 0);
        assertThat(carrier.due()).isEqualTo(5 * SECOND);
        carrier.tick(5 * SECOND - 1);
        assertThat(carrier.fault()).isNull();
        carrier.tick(5 * SECOND);
        assertThat(carrier.fault()).isEqualTo("not a RelayGate site: it did not say HELLO in 5000 ms");
    }

    @Test
    void carrierWithoutAnAnswerIsNotLookedAtAllTheTime() {
        EdgeLane lane = new EdgeLane(PlayedEnd.EDGE, new SecureRandom(), 1, 1, 0);
        Timing quick = Timing.of(Duration.ofSeconds(1), Duration.ofSeconds(20));
        Carrier carrier = new Carrier(new Dialled(lane, "memory"), quick, site, null, 0);
        carrier.tick(SECOND);
        assertThat(carrier.hasOutput(SECOND)).isFalse();
        assertThat(carrier.due()).isEqualTo(2 * SECOND);
    }
}
