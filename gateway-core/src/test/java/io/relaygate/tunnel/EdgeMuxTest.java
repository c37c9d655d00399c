package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.net.Buffers;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An edge's mux opens sessions, hears the site's answers, and ends its lane for what no site may say. */
class EdgeMuxTest {

    private static final Open WHAT = new Open("0".repeat(32), "sql", "in", "192.0.2.1:5");

    private final int before = Buffers.outstanding();
    private final Budget budget = new Budget(1 << 30);
    private final PlayedEnd edge = PlayedEnd.edge(budget);

    @BeforeEach
    void isLive() {
        assertThat(edge.lane().live()).isTrue();
    }

    @AfterEach
    void leavesNothing() {
        edge.done();
        assertThat(Buffers.outstanding()).isEqualTo(before);
        assertThat(budget.promised()).isZero();
    }

    private MuxSession open() throws IOException {
        return edge.mux().open(WHAT);
    }

    private void broken(String reason) {
        assertThat(edge.lane().state()).isEqualTo(new Lane.State.Ended(LaneEnd.BROKEN, reason));
        assertThat(edge.says()).endsWith("Reset[end=BROKEN, reason=" + reason + "]");
    }

    private static byte[] refusal(String reason) {
        return new Body().text(reason).text("why").alone();
    }

    @Test
    void firstBytesFollowOpenWithoutAnAnswer() throws Exception {
        MuxSession session = open();
        assertThat(session.offer(null, new byte[Mux.FIRST_WINDOW + 1], 0, Mux.FIRST_WINDOW + 1)).isEqualTo(Mux.FIRST_WINDOW);
        assertThat(session.offer(null, new byte[1], 0, 1)).as("there is no credit").isZero();
        session.finish();
        assertThat(edge.says()).containsExactly("OPEN 1", "DATA 1 " + Mux.FIRST_WINDOW, "FINISH 1");
    }

    @Test
    void creditIsAnAbsoluteNumberAndALowerOneIsIgnored() throws Exception {
        MuxSession session = open();
        edge.hears(Frame.CREDIT, 1, new Body().number(8, Mux.FIRST_WINDOW + 10).alone());
        edge.hears(Frame.CREDIT, 1, new Body().number(8, 5).alone());
        assertThat(session.offer(null, new byte[100_000], 0, 100_000)).isEqualTo(Mux.FIRST_WINDOW + 10);
    }

    @Test
    void waitsAreCountedByWhatTheyAreFor() throws Exception {
        MuxSession session = open();
        session.offer(null, new byte[Mux.FIRST_WINDOW], 0, Mux.FIRST_WINDOW);
        assertThat(session.offer(null, new byte[1], 0, 1)).as("there is no credit").isZero();
        edge.passes(3_000_000);
        edge.hears(Frame.CREDIT, 1, new Body().number(8, 10_000_000).alone());
        byte[] bytes = new byte[Frame.LONGEST_DATA];
        int offers = 0;
        while (session.offer(null, bytes, 0, bytes.length) > 0) {
            offers++;
        }
        assertThat(offers).as("offers until the lane has enough").isPositive();
        edge.says();
        assertThat(session.offer(null, bytes, 0, bytes.length)).as("as much as its path holds is under way").isZero();
        edge.passes(2_000_000);
        edge.carrier().record(new CarrierRecord.Ack(edge.lane().appended()));
        assertThat(session.offer(null, bytes, 0, bytes.length)).isPositive();
        edge.passes(1_000_000);
        assertThat(edge.lane().counts.traffic())
                .singleElement()
                .satisfies(all -> assertThat(all.creditNanos()).isEqualTo(3_000_000))
                .satisfies(all -> assertThat(all.roomNanos()).isEqualTo(2_000_000))
                .satisfies(all -> assertThat(all.opened()).isEqualTo(1));
    }

    @Test
    void waitThatGoesOnIsCountedSoFarAndNotTwice() throws Exception {
        MuxSession session = open();
        session.offer(null, new byte[Mux.FIRST_WINDOW], 0, Mux.FIRST_WINDOW);
        assertThat(session.offer(null, new byte[1], 0, 1)).isZero();
        edge.passes(3_000_000);
        session.times().waitsSoFar(edge.mux());
        edge.passes(4_000_000);
        session.abort("no more");
        edge.passes(1_000_000);
        assertThat(edge.lane().counts.traffic())
                .singleElement()
                .satisfies(all -> assertThat(all.creditNanos()).isEqualTo(7_000_000));
    }

    @Test
    void firstBytesThatAreRefusedBeforeTheyAreRepeatedAreNoFailure() throws Exception {
        MuxSession session = open();
        edge.hears(Frame.REFUSED, 1, refusal("BUSY"));
        session.repeat(new byte[10], true);
        assertThat(session.failure()).isInstanceOf(RefusedException.class);
        assertThat(edge.lane().live()).isTrue();
    }

    @Test
    void siteTellsHowLongItTookAndNeedNot() throws Exception {
        MuxSession first = open();
        MuxSession second = open();
        edge.hears(Frame.ACCEPTED, 1, new Body().number(4, 1500).alone());
        edge.hears(Frame.ACCEPTED, 2);
        assertThat(first.times().siteTook()).isEqualTo(Duration.ofNanos(1_500_000));
        assertThat(second.times().siteTook()).isNull();
    }

    @Test
    void refusalIsWhyTheSessionFails() throws Exception {
        MuxSession session = open();
        edge.hears(Frame.REFUSED, 1, refusal("NOT_FOUND"));
        assertThat(session.failure()).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND);
            assertThat(e).hasMessage("why");
        });
        assertThat(edge.lane().live()).isTrue();
    }

    @Test
    void unknownReasonCountsAsUnreachable() throws Exception {
        MuxSession session = open();
        edge.hears(Frame.REFUSED, 1, refusal("TOO_TIRED"));
        assertThat(session.failure())
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
    }

    @Test
    void refusalAfterAcceptedEndsTheLane() throws Exception {
        MuxSession session = open();
        edge.hears(Frame.ACCEPTED, 1);
        assertThat(session.phase()).isEqualTo(Phase.ACCEPTED);
        edge.hears(Frame.REFUSED, 1, refusal("BUSY"));
        broken("session 1 is refused after it was accepted");
    }

    @Test
    void sessionOpenedByASiteEndsTheLane() {
        edge.hearsOpen(1);
        broken("a site opens no sessions");
    }

    @Test
    void answerForASessionThatWasNeverOpenedEndsTheLane() throws Exception {
        open();
        edge.hears(Frame.ACCEPTED, 2);
        broken("session 2 was never opened");
    }

    @Test
    void lateAnswersForASessionThatIsOverAreIgnored() throws Exception {
        open().abort("no more");
        edge.hears(Frame.ACCEPTED, 1);
        edge.hears(Frame.REFUSED, 1, refusal("BUSY"));
        edge.hears(Frame.DATA, 1, new byte[100]);
        assertThat(edge.lane().live()).isTrue();
        assertThat(edge.says()).containsExactly("OPEN 1", "RESET 1");
    }

    @Test
    void nothingIsOpenedAtASiteThatLeaves() {
        assertThat(edge.mux().opens()).isTrue();
        edge.hears(Frame.GOAWAY, 0);
        assertThat(edge.mux().opens()).isFalse();
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(this::open)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
    }

    @Test
    void sessionBeyondTheBudgetIsRefused() {
        assertThat(budget.promise(1 << 30)).isTrue();
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(this::open)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
        budget.giveBack(1 << 30);
        assertThat(edge.says()).isEmpty();
    }
}
