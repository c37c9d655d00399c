package io.relaygate.tunnel;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** One boot of a simulated edge and its lanes, with what {@link LaneKeeper} does with them. */
final class SimulatedEdge {

    private final SecureRandom random;
    private final Identity identity;
    private final int retention;
    private final long[] clock;
    private final Budget budget = new Budget(1 << 30);
    private final List<Kept> lanes = new ArrayList<>();
    private boolean dead;

    SimulatedEdge(SecureRandom random, int retention, long[] clock) {
        this.random = random;
        this.identity = Identity.started("edge-1", random);
        this.retention = retention;
        this.clock = clock;
        add();
    }

    /** The edge's end of a lane is looked at in every step anyway. */
    static final class Unheard implements MuxHost {

        @Override
        public void opened(MuxSession session, Open what) {
            throw new AssertionError("a site opens a session");
        }

        @Override
        public void changed() {}
    }

    /** A lane and what is on it. */
    record Kept(EdgeLane lane, Mux mux) {

        /** Looks after the lane; whether it needs a carrier. */
        boolean keep(long now, long hold) {
            if (mux.peerLeaves()) {
                mux.leave();
            }
            if (mux.finished() && lane.live()) {
                lane.reset(LaneEnd.DONE, "");
            }
            if (lane.site() != null) {
                lane.tick(now, hold);
            }
            return lane.state() instanceof Lane.State.Detached;
        }
    }

    /** Another lane, which no site knows yet. */
    void add() {
        EdgeLane lane = new EdgeLane(identity, random, Mux.FIRST_WINDOW, retention, clock[0]);
        lane.lock.lock();
        lanes.add(new Kept(lane, new Mux(lane, budget, () -> clock[0], new Unheard())));
    }

    Identity identity() {
        return identity;
    }

    /** Every lane that was ever made, whether or not it is over. */
    List<Kept> lanes() {
        return lanes;
    }

    boolean has(EdgeLane lane) {
        return lanes.stream().anyMatch(each -> each.lane() == lane);
    }

    boolean dead() {
        return dead;
    }

    boolean over() {
        return lanes.stream().allMatch(each -> each.lane().over());
    }

    long promised() {
        return budget.promised();
    }

    /** How many bytes were moved so far. */
    long moved() {
        return lanes.stream().mapToLong(each -> each.lane().appended() + each.lane().received()).sum();
    }

    void leave() {
        lanes.forEach(each -> each.mux().leave());
    }

    /** The process is killed; what is ended here frees its memory and reaches nobody. */
    void die() {
        dead = true;
        lanes.forEach(each -> each.lane().end(LaneEnd.PEER_LOST, "killed"));
    }

    @Override
    public String toString() {
        return lanes.stream().map(each -> each.lane().toString()).toList() + (dead ? ", killed" : "");
    }
}
