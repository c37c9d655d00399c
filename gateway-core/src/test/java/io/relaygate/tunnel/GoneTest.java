package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** An edge that was away when its lane ended is told how, as far as that is remembered. */
class GoneTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SimulatedSite site = new SimulatedSite(RANDOM, 1 << 20, new long[1], (session, what) -> {});
    private long now;

    private EdgeLane made() {
        EdgeLane lane = new EdgeLane(Identity.started("edge-1", RANDOM), RANDOM, Mux.FIRST_WINDOW, 1 << 20, 0);
        lane.lock.lock();
        dial(lane);
        assertThat(lane.live()).isTrue();
        return lane;
    }

    private void dial(EdgeLane lane) {
        SimulatedCarrier carrier = new SimulatedCarrier(lane, site, null, Timing.USUAL, ++now);
        for (int i = 0; i < 3; i++) {
            carrier.edge().deliverAll(now);
            carrier.edge().write(now);
            carrier.site().deliverAll(now);
            carrier.site().write(now);
        }
    }

    /** The lane's other end, while this one has no carrier. */
    private SiteLane away(EdgeLane lane) {
        lane.lost(Objects.requireNonNull(lane.cur), now);
        return Objects.requireNonNull(site.lane(lane.id()));
    }

    private static Lane.State gone(String why) {
        return new Lane.State.Ended(LaneEnd.RELAY_LOST, "the site has given the lane up" + why);
    }

    @Test
    void siteSaysHowTheLaneHasEnded() {
        EdgeLane lane = made();
        away(lane).end(LaneEnd.BROKEN, "unknown frame type 9");
        dial(lane);
        assertThat(lane.state()).isEqualTo(gone(": BROKEN: unknown frame type 9"));
    }

    @Test
    void siteRemembersTheLast256() {
        List<EdgeLane> lanes = new ArrayList<>();
        for (int i = 0; i < 257; i++) {
            EdgeLane lane = made();
            lanes.add(lane);
            away(lane).end(LaneEnd.BROKEN, "no " + i);
        }
        dial(lanes.get(0));
        dial(lanes.get(1));
        assertThat(lanes.get(0).state()).isEqualTo(gone(""));
        assertThat(lanes.get(1).state()).isEqualTo(gone(": BROKEN: no 1"));
    }
}
