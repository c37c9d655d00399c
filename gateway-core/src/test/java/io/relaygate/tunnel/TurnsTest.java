package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who appends to a lane, and how much. */
class TurnsTest {

    private static final Open WHAT = new Open("0".repeat(32), "sql", "in", "192.0.2.1:5");
    private static final int CREDIT = 1 << 30;

    private final PlayedEnd edge = PlayedEnd.edge(new Budget(1L << 40));

    @AfterEach
    void leavesNothing() {
        edge.done();
    }

    private MuxSession eager() throws IOException {
        MuxSession session = edge.mux().open(WHAT);
        edge.hears(Frame.CREDIT, session.id(), new Body().number(8, CREDIT).alone());
        return session;
    }

    private static long offerAll(MuxSession session) throws IOException {
        byte[] bytes = new byte[SessionLink.WRITE];
        long all = 0;
        for (int n = session.offer(null, bytes, 0, bytes.length); n > 0; n = session.offer(null, bytes, 0, bytes.length)) {
            all += n;
        }
        return all;
    }

    /** Otherwise whoever types would wait until megabytes of others are out once the lane has a carrier again. */
    @Test
    void littlePilesUpWhileTheLaneHasNoCarrier() throws Exception {
        MuxSession bulk = eager();
        MuxSession typed = eager();
        edge.says();
        edge.carrier().disconnected(CarrierLoss.FAILED, "lost", edge.now());
        assertThat(edge.lane().live()).isFalse();
        assertThat(offerAll(bulk)).isBetween(1L, 256L * 1024);
        assertThat(typed.offer(null, new byte[1], 0, 1)).as("out of turn").isEqualTo(1);
    }
}
