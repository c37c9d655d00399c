package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.Buffers;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A site's mux takes what the protocol allows, ends its lane for anything else, and refuses what is too much. */
class MuxTest {

    private static final byte[] CREDIT = new Body().number(8, 1 << 20).alone();

    private final int before = Buffers.outstanding();
    private final Budget budget = new Budget(1 << 30);
    private PlayedEnd site = PlayedEnd.site(budget);

    @BeforeEach
    void isLive() {
        assertThat(site.lane().live()).isTrue();
    }

    @AfterEach
    void leavesNothing() {
        site.done();
        assertThat(Buffers.outstanding()).isEqualTo(before);
        assertThat(budget.promised()).isZero();
        assertThat(site.mux().count()).isZero();
    }

    private MuxSession accepted(long id) throws IOException {
        site.hearsOpen(id);
        MuxSession session = site.opened().getLast();
        session.accept();
        assertThat(site.says()).containsExactly("ACCEPTED " + id);
        return session;
    }

    private void broken(String reason) {
        assertThat(site.lane().state()).isEqualTo(new Lane.State.Ended(LaneEnd.BROKEN, reason));
        assertThat(site.says()).endsWith("Reset[end=BROKEN, reason=" + reason + "]");
        assertThat(site.carrier().closed()).isNotNull();
    }

    private void ignored() {
        assertThat(site.lane().live()).isTrue();
        assertThat(site.says()).isEmpty();
    }

    @Test
    void dataIsReadAndCreditGiven() throws Exception {
        MuxSession session = accepted(1);
        site.hears(Frame.DATA, 1, new byte[Mux.FIRST_WINDOW]);
        byte[] into = new byte[Mux.FIRST_WINDOW];
        assertThat(session.poll(into, 0, Mux.FIRST_WINDOW / 4 - 1)).isPositive();
        assertThat(site.says()).isEmpty();
        assertThat(session.poll(into, 0, 1)).isEqualTo(1);
        assertThat(site.says()).hasSize(1).first().asString().startsWith("CREDIT 1 ");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void windowThatIsUsedUpInEachRoundTripDoublesHoweverItsBytesCome(int pieces) throws Exception {
        MuxSession session = accepted(1);
        byte[] into = new byte[Mux.FIRST_WINDOW];
        for (int i = 0; i < pieces; i++) {
            site.passes(51_000_000 / pieces);
            site.hears(Frame.DATA, 1, new byte[Mux.FIRST_WINDOW / pieces]);
            assertThat(session.poll(into, 0, into.length)).isPositive();
        }
        assertThat(session.window()).isGreaterThan(Mux.FIRST_WINDOW);
    }

    @Test
    void windowThatLastsForManyRoundTripsStays() throws Exception {
        MuxSession session = accepted(1);
        byte[] into = new byte[Mux.FIRST_WINDOW];
        site.passes(201_000_000);
        site.hears(Frame.DATA, 1, into);
        assertThat(session.poll(into, 0, into.length)).isPositive();
        assertThat(site.says()).hasSize(1).first().asString().startsWith("CREDIT 1 ");
        assertThat(session.window()).isEqualTo(Mux.FIRST_WINDOW);
    }

    @Test
    void dataUpToTheCreditIsTakenAndOneByteMoreEndsTheLane() throws Exception {
        MuxSession session = accepted(1);
        site.hears(Frame.DATA, 1, new byte[Mux.FIRST_WINDOW]);
        ignored();
        site.hears(Frame.DATA, 1, new byte[1]);
        broken("session 1 sends more than it may");
        assertThat(session.failure()).hasMessageContaining("the tunnel is broken");
    }

    @Test
    void earlyDataBeyondTheFirstWindowEndsTheLane() {
        site.hearsOpen(1);
        site.hears(Frame.DATA, 1, new byte[Mux.FIRST_WINDOW + 1]);
        broken("session 1 sends more than it may");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 2, Long.MAX_VALUE})
    void dataForASessionThatWasNeverOpenedEndsTheLane(long id) {
        site.hearsOpen(1);
        site.hears(Frame.DATA, id, new byte[1]);
        broken("session " + id + " was never opened");
    }

    @ParameterizedTest
    @ValueSource(ints = {Frame.FINISH, Frame.RESET, Frame.CREDIT, Frame.ACCEPTED, Frame.REFUSED})
    void otherFramesForASessionThatWasNeverOpenedEndTheLane(int type) {
        site.hears(type, 7, CREDIT);
        broken("session 7 was never opened");
    }

    @Test
    void sessionThatIsOpenedAgainEndsTheLane() {
        site.hearsOpen(3);
        site.hearsOpen(3);
        broken("session 3 is opened again");
    }

    @Test
    void sessionWithALowerNumberEndsTheLane() {
        site.hearsOpen(3);
        site.hearsOpen(2);
        broken("session 2 is opened again");
    }

    @Test
    void dataAfterFinishEndsTheLane() throws Exception {
        accepted(1);
        site.hears(Frame.FINISH, 1);
        site.hears(Frame.DATA, 1, new byte[1]);
        broken("session 1 sends after its end");
    }

    @Test
    void finishAfterFinishEndsTheLane() throws Exception {
        accepted(1);
        site.hears(Frame.FINISH, 1);
        site.hears(Frame.FINISH, 1);
        broken("session 1 ends twice");
    }

    private void lateFramesAreIgnored() {
        site.hears(Frame.DATA, 1, new byte[Mux.FIRST_WINDOW + 1]);
        site.hears(Frame.CREDIT, 1, CREDIT);
        site.hears(Frame.FINISH, 1);
        site.hears(Frame.FINISH, 1);
        site.hears(Frame.RESET, 1, new Body().text("late").alone());
        ignored();
    }

    @Test
    void lateFramesForASessionThatWasRefusedAreIgnored() {
        site.hearsOpen(1);
        site.opened().getFirst().refuse("NOT_FOUND", "no such service");
        assertThat(site.says()).containsExactly("REFUSED 1 NOT_FOUND");
        lateFramesAreIgnored();
    }

    @Test
    void lateFramesForASessionThatHasEndedAreIgnored() throws Exception {
        MuxSession session = accepted(1);
        site.hears(Frame.FINISH, 1);
        session.finish();
        assertThat(site.says()).containsExactly("FINISH 1");
        assertThat(session.phase()).isEqualTo(Phase.OVER);
        lateFramesAreIgnored();
    }

    @Test
    void lateFramesForASessionThatWasAbortedAreIgnored() throws Exception {
        accepted(1).abort("no more");
        assertThat(site.says()).containsExactly("RESET 1");
        lateFramesAreIgnored();
    }

    @Test
    void goneReaderAnswersAWindowOfDataWithReset() throws Exception {
        MuxSession session = accepted(1);
        session.discard();
        ignored();
        site.hears(Frame.DATA, 1, new byte[Mux.FIRST_WINDOW - 5]);
        ignored();
        site.hears(Frame.DATA, 1, new byte[5]);
        assertThat(site.says()).containsExactly("RESET 1");
        lateFramesAreIgnored();
    }

    @Test
    void siteThatLeavesRefusesNewSessionsAndKeepsOldOnes() throws Exception {
        MuxSession old = accepted(1);
        site.mux().leave();
        site.mux().leave();
        assertThat(site.says()).containsExactly("GOAWAY");
        site.hearsOpen(2);
        assertThat(site.says()).containsExactly("REFUSED 2 BUSY");
        site.hears(Frame.DATA, 2, new byte[10]);
        site.hears(Frame.FINISH, 2);
        ignored();
        site.hears(Frame.DATA, 1, new byte[10]);
        assertThat(old.poll(new byte[10], 0, 10)).isEqualTo(10);
        assertThat(site.opened()).containsExactly(old);
    }

    @Test
    void sessionsBeyondTheOpeningLimitAreRefused() throws Exception {
        for (int id = 1; id <= 1024; id++) {
            site.hearsOpen(id);
        }
        ignored();
        site.hearsOpen(1025);
        assertThat(site.says()).containsExactly("REFUSED 1025 BUSY");
        site.opened().getFirst().accept();
        site.hearsOpen(1026);
        assertThat(site.says()).containsExactly("ACCEPTED 1");
        site.hearsOpen(1027);
        assertThat(site.says()).containsExactly("REFUSED 1027 BUSY");
    }

    @Test
    void sessionsBeyondTheBudgetAreRefused() {
        assertThat(budget.promise((1 << 30) - Mux.FIRST_WINDOW)).isTrue();
        site.hearsOpen(1);
        ignored();
        site.hearsOpen(2);
        assertThat(site.says()).containsExactly("REFUSED 2 BUSY");
        budget.giveBack((1 << 30) - Mux.FIRST_WINDOW);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 127})
    void unknownTypeEndsTheLane(int type) {
        site.hears(type, 0);
        broken("unknown frame type " + type);
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 255})
    void unknownTypeThatIsOptionalIsSkipped(int type) {
        site.hears(type, 99, new byte[100]);
        ignored();
    }

    @Test
    void bodyThatIsCutOffEndsTheLane() {
        site.hearsOpen(1);
        site.hears(Frame.CREDIT, 1, new byte[7]);
        broken("malformed frame of type 5");
    }

    @Test
    void textThatIsLongerThanItsFrameEndsTheLane() {
        site.hearsOpen(1);
        site.hears(Frame.RESET, 1, new byte[] {1, 0, 'x'});
        broken("malformed frame of type 7");
    }

    @Test
    void openThatIsCutOffEndsTheLane() {
        site.hears(Frame.OPEN, 1, new byte[3]);
        broken("malformed frame of type 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {Frame.ACCEPTED, Frame.REFUSED})
    void answersOfASiteEndTheLaneOfASite(int type) {
        site.hearsOpen(1);
        site.hears(type, 1, new byte[4]);
        broken("a frame of type " + type + " is not for sites");
    }

    @Test
    void mutantsAreTakenOrEndTheLane() throws Exception {
        Random random = new Random(14);
        int ended = 0;
        for (int i = 0; i < 3000; i++) {
            site.done();
            site = PlayedEnd.site(budget);
            accepted(1);
            for (int n = 0; n < 8 && !site.lane().over(); n++) {
                mutant(random);
            }
            assertThat(site.lane().live() || site.lane().over()).isTrue();
            ended += site.lane().over() ? 1 : 0;
            site.says();
        }
        assertThat(ended).isBetween(300, 2990);
    }

    private void mutant(Random random) {
        byte[] frame = new byte[4 + Frame.HEAD + random.nextInt(60)];
        random.nextBytes(frame);
        System.arraycopy(CarrierRecord.dataHead(frame.length - 4), 0, frame, 0, 4);
        Arrays.fill(frame, 5, 16, (byte) 0);
        frame[4] = (byte) (random.nextInt(10) == 0 ? random.nextInt(256) : 1 + random.nextInt(8));
        frame[7] = (byte) (frame.length - 16 + (random.nextInt(10) == 0 ? 1 : 0));
        frame[15] = (byte) random.nextInt(3);
        site.record(frame);
    }
}
