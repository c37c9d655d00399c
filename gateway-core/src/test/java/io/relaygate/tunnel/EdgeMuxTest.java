package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.net.Buffers;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
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
        assertThat(session.phase()).isEqualTo(MuxSession.Phase.ACCEPTED);
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
