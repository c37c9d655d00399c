package io.relaygate.tunnel;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A carrier between an edge and a site, with both its directions and all that can befall them. */
final class SimulatedCarrier {

    private final SimulatedPipe up = new SimulatedPipe();
    private final SimulatedPipe down = new SimulatedPipe();
    private final SimulatedSite at;
    private final SimulatedEnd edge;
    private final SimulatedEnd site;

    SimulatedCarrier(EdgeLane lane, SimulatedSite at, @Nullable Bits dialledFor, Timing timing, long now) {
        this(lane, at, dialledFor, timing, now, null, null);
    }

    /** One that is sealed; each end knows the other as the seal has proven it. */
    SimulatedCarrier(
            EdgeLane lane, SimulatedSite at, @Nullable Bits dialledFor, Timing timing, long now, @Nullable Peer toSite, @Nullable Peer toEdge) {
        this.at = at;
        CarrierRecord.Hello hello = at.hello();
        this.edge = new SimulatedEnd(new Dialled(lane, "memory", toSite), timing, dialledFor, down, up, now);
        this.site = new SimulatedEnd(at.accept(hello, toEdge), timing, null, up, down, now);
        byte[] first = hello.encode();
        down.write(first, 0, first.length);
    }

    SimulatedEnd edge() {
        return edge;
    }

    SimulatedEnd site() {
        return site;
    }

    SimulatedSite at() {
        return at;
    }

    List<SimulatedEnd> ends() {
        return List.of(edge, site);
    }

    boolean over() {
        return edge.over() && site.over();
    }

    /** Loses one or both directions, whose ends notice it when they read, at once, or only by silence. */
    void cut(Random random, long now) {
        int which = random.nextInt(4);
        if (which != 0) {
            cut(up, random);
        }
        if (which != 1) {
            cut(down, random);
        }
        if (random.nextInt(3) == 0) {
            edge.disconnect(now);
        }
        if (random.nextInt(3) == 0) {
            site.disconnect(now);
        }
    }

    private static void cut(SimulatedPipe pipe, Random random) {
        pipe.cut(random.nextBoolean() ? pipe.size() : random.nextInt(pipe.size() + 1));
        if (random.nextInt(3) == 0) {
            pipe.silence();
        }
        if (random.nextInt(6) == 0) {
            pipe.stall();
        }
    }

    /** Loses everything behind some of the first bytes, so that answers are lost. */
    void doom(Random random) {
        SimulatedPipe pipe = random.nextBoolean() ? up : down;
        pipe.doom(random.nextInt(random.nextBoolean() ? 250 : 5000));
        if (random.nextInt(3) == 0) {
            pipe.silence();
        }
    }

    void freeze(Random random, long until) {
        int which = random.nextInt(3);
        if (which != 0) {
            up.freeze(until);
        }
        if (which != 1) {
            down.freeze(until);
        }
    }

    void thaw() {
        up.freeze(0);
        down.freeze(0);
    }
}
