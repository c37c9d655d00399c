package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
        pings(1000);
        assertThat(site.says()).hasSizeLessThan(100);
        site.passes(SECOND);
        pings(1);
        assertThat(site.says()).containsExactly("Pong[token=0]");
    }

    private void saysTooMuch() {
        assertThat(site.lane().state())
                .isEqualTo(new Lane.State.Ended(LaneEnd.BROKEN, "the peer says too much that is nothing"));
        assertThat(site.says()).last().asString().startsWith("Reset[end=BROKEN");
    }

    @Test
    void laneEndsThatIsAskedTooOften() {
        pings(1000);
        assertThat(site.lane().live()).isTrue();
        pings(1);
        saysTooMuch();
    }

    @ParameterizedTest
    @MethodSource
    void laneEndsOfWhichTooMuchIsSaidThatIsNothing(byte[] record) {
        for (int i = 0; i < 1000; i++) {
            site.record(record);
        }
        assertThat(site.lane().live()).isTrue();
        site.record(record);
        saysTooMuch();
    }

    static List<byte[]> laneEndsOfWhichTooMuchIsSaidThatIsNothing() {
        return List.of(
                new CarrierRecord.Pong(1).encode(),
                new CarrierRecord.Ack(0).encode(),
                new byte[] {(byte) CarrierRecord.OPTIONAL, 0, 0, 0});
    }

    @Test
    void laneWhosePeerAsksAHundredTimesASecondLives() {
        for (int second = 0; second < 100; second++) {
            pings(100);
            site.passes(SECOND);
            site.says();
        }
        assertThat(site.lane().live()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 3 * SECOND + 1, Long.MAX_VALUE})
    void answerToWhatWasNeverAskedTellsNoRoundTrip(long token) {
        site.passes(3 * SECOND);
        site.record(new CarrierRecord.Pong(token).encode());
        assertThat(site.carrier().roundTrips().last()).isEqualTo(-1);
        site.record(new CarrierRecord.Pong(SECOND).encode());
        assertThat(site.carrier().roundTrips().last()).isEqualTo(2 * SECOND);
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
        Carrier carrier = new Carrier(new Dialled(lane, "memory", null), slow, site, null, 0);
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
        Carrier carrier = new Carrier(new Dialled(lane, "memory", null), quick, site, null, 0);
        carrier.tick(SECOND);
        assertThat(carrier.hasOutput(SECOND)).isFalse();
        assertThat(carrier.due()).isEqualTo(2 * SECOND);
    }
}
