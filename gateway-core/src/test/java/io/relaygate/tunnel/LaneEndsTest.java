package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a lane ends as, when its carrier does not come back. */
class LaneEndsTest {

    private static final long SECOND = 1_000_000_000;
    private static final long HOLD = 60 * SECOND;

    private final PlayedEnd site = PlayedEnd.site(new Budget(1 << 30));

    @AfterEach
    void end() {
        site.done();
    }

    private void lost() {
        site.carrier().disconnected(CarrierLoss.FAILED, "gone", site.now());
        site.lane().tick(site.now() + HOLD, HOLD);
        assertThat(site.lane().over()).as("it is held").isFalse();
        site.lane().tick(site.now() + HOLD + 1, HOLD);
    }

    private void endsAs(LaneEnd end) {
        assertThat(site.lane().state()).isEqualTo(new Lane.State.Ended(end, "no relay connection for 60 s"));
    }

    @Test
    void laneThatIsLostIsLostWithTheRelay() {
        lost();
        endsAs(LaneEnd.RELAY_LOST);
    }

    @Test
    void laneThatBothEndsLeaveAndNobodyUsesIsDone() {
        site.hears(Frame.GOAWAY, 0);
        site.mux().leave();
        site.says();
        site.record(new CarrierRecord.Ack(site.lane().appended()).encode());
        lost();
        endsAs(LaneEnd.DONE);
    }

    /** The peer may not know that the last session has ended. */
    @Test
    void laneWhosePeerMayNotHoldEveryByteIsLost() {
        site.hears(Frame.GOAWAY, 0);
        site.mux().leave();
        site.says();
        lost();
        endsAs(LaneEnd.RELAY_LOST);
    }

    @Test
    void laneThatOneEndLeavesIsLost() {
        site.mux().leave();
        lost();
        endsAs(LaneEnd.RELAY_LOST);
    }

    @Test
    void laneWithASessionIsLost() throws IOException {
        site.hearsOpen(1);
        site.hears(Frame.GOAWAY, 0);
        site.mux().leave();
        site.opened().getFirst().accept();
        lost();
        endsAs(LaneEnd.RELAY_LOST);
    }
}
