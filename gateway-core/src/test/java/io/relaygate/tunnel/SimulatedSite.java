package io.relaygate.tunnel;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One boot of a simulated site: the real {@link SiteLanes}, and what {@link SiteTunnel} would do with them. */
final class SimulatedSite {

    private final SecureRandom random;
    private final Identity identity;
    private final SiteLanes lanes;
    private final Budget budget = new Budget(1 << 30);
    private final List<Ear> ears = new ArrayList<>();
    private boolean dead;

    SimulatedSite(SecureRandom random, int retention, long[] clock, BiConsumer<MuxSession, Open> opened) {
        this.random = random;
        this.identity = Identity.started("site-1", random);
        this.lanes = new SiteLanes(identity, retention, lane -> ears.add(new Ear(lane, clock, opened)));
    }

    /** Hears what the mux of one lane tells. */
    private final class Ear implements MuxHost {

        private final SiteLane lane;
        private final Mux mux;
        private final BiConsumer<MuxSession, Open> opened;

        Ear(SiteLane lane, long[] clock, BiConsumer<MuxSession, Open> opened) {
            this.lane = lane;
            this.opened = opened;
            lane.lock.lock();
            this.mux = new Mux(lane, budget, () -> clock[0], this);
        }

        @Override
        public void opened(MuxSession session, Open what) {
            opened.accept(session, what);
        }

        @Override
        public void changed() {
            if (mux.peerLeaves()) {
                mux.leave();
            }
            if (lane.over()) {
                lanes.forget(lane);
            }
        }
    }

    Identity identity() {
        return identity;
    }

    boolean dead() {
        return dead;
    }

    long promised() {
        return budget.promised();
    }

    CarrierRecord.Hello hello() {
        Bits nonce = Bits.random(CarrierRecord.NONCE, random);
        return new CarrierRecord.Hello(Versions.OURS, identity, nonce, Mux.FIRST_WINDOW);
    }

    SiteLanes.Accepted accept(CarrierRecord.Hello hello, @Nullable Peer peer) {
        return lanes.new Accepted(hello, new Origin("memory", "127.0.0.1:1", peer));
    }

    /** Every lane that was ever made, whether or not it is over. */
    List<SiteLane> everMade() {
        return ears.stream().map(ear -> ear.lane).toList();
    }

    /** The lane that has had an id last. */
    @Nullable SiteLane lane(long id) {
        for (Ear ear : ears.reversed()) {
            if (ear.lane.id() == id) {
                return ear.lane;
            }
        }
        return null;
    }

    boolean over() {
        for (Ear ear : ears) {
            if (!ear.lane.over()) {
                return false;
            }
        }
        return true;
    }

    void tick(long now, long hold) {
        for (Ear ear : ears) {
            ear.lane.tick(now, hold);
        }
    }

    void leave() {
        lanes.all().forEach(Lane::leave);
    }

    /** The process is killed; what is ended here frees its memory and reaches nobody. */
    void die() {
        dead = true;
        for (Ear ear : ears) {
            ear.lane.end(LaneEnd.PEER_LOST, "killed");
        }
    }
}
