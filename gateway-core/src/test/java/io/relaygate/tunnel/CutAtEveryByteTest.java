package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever a carrier breaks, in the middle of any record, the next one goes on with the byte behind the last that arrived. */
@Timeout(120)
class CutAtEveryByteTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LENGTH = 700;

    private final List<MuxSession> atSite = new ArrayList<>();
    private SimulatedSite site = newSite();
    private long now;

    private SimulatedSite newSite() {
        return new SimulatedSite(RANDOM, 1 << 20, new long[1], (session, what) -> atSite.add(session));
    }

    private static byte[] pattern() {
        byte[] bytes = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bytes[i] = (byte) (i * 7);
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void streamGoesOnBehindEveryCut(boolean up) throws Exception {
        int carriers = 2;
        int cut = 0;
        // A cut behind all that is said is none.
        while (carriers == 2) {
            carriers = conversation(up, cut++);
        }
        assertThat(cut).isGreaterThan(LENGTH);
    }

    /** Two pieces each way, a session's ends, and its lane's; returns how many carriers that took. */
    private int conversation(boolean up, int cut) throws IOException {
        site = newSite();
        atSite.clear();
        EdgeLane lane = new EdgeLane(Identity.started("edge-1", RANDOM), RANDOM, Mux.FIRST_WINDOW, 1 << 20, now);
        lane.lock.lock();
        Mux mux = new Mux(lane, new Budget(1 << 20), () -> now, new SimulatedEdge.Unheard());
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        ByteArrayOutputStream gotBack = new ByteArrayOutputStream();
        MuxSession session = null;
        SimulatedCarrier carrier = null;
        int carriers = 0;
        for (int step = 0; !lane.over(); step++) {
            assertThat(step).as("cut at %d: %s", cut, lane).isLessThan(200);
            now += 30_000_000;
            if (carrier == null || carrier.edge().closed()) {
                Identity known = lane.site();
                carrier = new SimulatedCarrier(lane, site, known == null ? null : known.boot(), Timing.USUAL, now);
                if (carriers++ == 0) {
                    (up ? carrier.site() : carrier.edge()).in().doom(cut);
                }
            }
            move(carrier);
            if (session == null && mux.opens()) {
                session = mux.open(FedEnd.WHAT);
                session.offer(null, pattern(), 0, LENGTH);
                session.finish();
            }
            if (!atSite.isEmpty()) {
                answer(atSite.getFirst(), got);
            }
            if (session != null && read(session, gotBack)) {
                mux.leave();
            }
            if (mux.finished() && lane.live()) {
                lane.reset(LaneEnd.DONE, "");
            }
            if (mux.peerLeaves()) {
                mux.leave();
            }
        }
        assertThat(lane.state()).isEqualTo(new Lane.State.Ended(LaneEnd.DONE, ""));
        assertThat(got.toByteArray()).as("cut at %d", cut).isEqualTo(pattern());
        assertThat(gotBack.toByteArray()).as("cut at %d", cut).isEqualTo(pattern());
        site.die();
        return carriers;
    }

    private void move(SimulatedCarrier carrier) {
        for (SimulatedEnd end : carrier.ends()) {
            end.tick(now);
            end.deliverAll(now);
            end.write(now);
            if (end.in().atEnd(now)) {
                end.disconnect(now);
            }
        }
    }

    private static void answer(MuxSession session, ByteArrayOutputStream got) throws IOException {
        session.accept();
        if (session.phase() != Phase.OVER && read(session, got)) {
            session.offer(null, pattern(), 0, LENGTH);
            session.finish();
        }
    }

    /** Whether the end was read. */
    private static boolean read(MuxSession session, ByteArrayOutputStream got) throws IOException {
        byte[] bytes = new byte[100];
        int n = session.poll(bytes, 0, bytes.length);
        for (; n > 0; n = session.poll(bytes, 0, bytes.length)) {
            got.write(bytes, 0, n);
        }
        return n < 0;
    }
}
