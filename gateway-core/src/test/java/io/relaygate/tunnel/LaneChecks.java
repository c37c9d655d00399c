package io.relaygate.tunnel;

import io.relaygate.net.Buffers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must hold of a simulated lane, at every step and at the end. */
final class LaneChecks {

    private static final long ENOUGH = 30_000_000_000L;

    private final int retention;
    private final int outstanding = Buffers.outstanding();
    private boolean mustSurvive;
    private boolean mustLosePeer;

    LaneChecks(int retention) {
        this.retention = retention;
    }

    private static void require(boolean right, String what) {
        if (!right) {
            throw new AssertionError(what);
        }
    }

    void everyStep(EdgeLane edge, SimulatedSite at, int sessions) {
        within(edge, sessions);
        require(!(edge.state() instanceof Lane.State.Ended(LaneEnd end, String _)) || end != LaneEnd.BROKEN, "BROKEN between honest ends");
        SiteLane site = of(edge, at);
        if (site != null && !site.over() && !edge.over()) {
            within(site, sessions);
            counts(edge, site, "the edge");
            counts(site, edge, "the site");
        }
    }

    private void within(Lane lane, int sessions) {
        require(lane.retained() <= retention + 1000 + 400L * sessions, "retains " + lane.retained() + ", not " + retention);
    }

    /** Nobody believes that the other holds what it does not, or holds what was never sent. */
    private static void counts(Lane sender, Lane receiver, String who) {
        require(sender.appended() - sender.retained() <= receiver.received(), who + " believes the other to hold too much");
        require(receiver.received() <= sender.appended(), "more has come than " + who + " has sent");
    }

    private static @Nullable SiteLane of(EdgeLane edge, SimulatedSite at) {
        Identity known = edge.site();
        return known == null || !known.boot().equals(at.identity().boot()) ? null : at.lane(edge.id());
    }

    /** A lane that has time enough from here on must live, unless its site is dead. */
    void calmBegins(EdgeLane edge, SimulatedSite at, long now, long hold) {
        boolean time = edge.site() != null && left(edge, now, hold) > ENOUGH;
        SiteLane site = of(edge, at);
        mustSurvive = time && site != null && left(site, now, hold) > ENOUGH;
        mustLosePeer = time && site == null;
    }

    private static long left(Lane lane, long now, long hold) {
        return switch (lane.state()) {
            case Lane.State.Live _ -> hold;
            case Lane.State.Detached(long since) -> since + hold - now;
            case Lane.State.Attaching(long since, long _) -> since + hold - now;
            case Lane.State.Ended _ -> -1;
        };
    }

    void atTheEnd(EdgeLane edge, Budget budget, List<SimulatedSite> sites, List<SimulatedPeer> peers) {
        LaneEnd end = end(edge);
        SimulatedSite last = sites.getLast();
        boolean alive = of(edge, last) != null;
        require(!mustSurvive || end == LaneEnd.DONE, "a lane with time enough is lost: " + edge);
        require(!mustLosePeer || end == LaneEnd.PEER_LOST || end == LaneEnd.DONE, "a lane to a dead site ends as " + edge);
        require(end != LaneEnd.PEER_LOST || !alive, "a lane to a living site ends as " + edge);
        for (SimulatedSite site : sites) {
            for (SiteLane lane : site.everMade()) {
                LaneEnd there = end(lane);
                boolean ours = alive && site == last && lane.id() == edge.id();
                require(there != LaneEnd.BROKEN, "BROKEN at the site: " + lane);
                // Over a lost carrier the site may know that nobody needs the lane, and the edge not.
                boolean unneeded = there == LaneEnd.DONE && end == LaneEnd.RELAY_LOST;
                require(!ours || there == LaneEnd.RELAY_LOST || there == end || unneeded, "the ends disagree: " + edge + "; " + lane);
            }
            require(site.promised() == 0, "the site has promised " + site.promised());
        }
        require(budget.promised() == 0, "the edge has promised " + budget.promised());
        for (int i = 0; i < peers.size(); i += 2) {
            session(peers.get(i), peers.get(i + 1), end, alive);
        }
        require(Buffers.outstanding() == outstanding, "buffers are lost: " + (Buffers.outstanding() - outstanding));
    }

    private static LaneEnd end(Lane lane) {
        return lane.state() instanceof Lane.State.Ended(LaneEnd end, String _) ? end : LaneEnd.BROKEN;
    }

    private static void session(SimulatedPeer edge, SimulatedPeer site, LaneEnd end, boolean alive) {
        require(edge.done() && site.done(), "a session hangs: " + edge + "; " + site);
        // What a process held in memory goes with it.
        boolean meddled = !alive || edge.dropped() || site.dropped() || site.session() == null;
        require(end != LaneEnd.DONE || meddled || (edge.clean() && site.clean()), "a session is cut short: " + edge + "; " + site);
        if (end == LaneEnd.PEER_LOST && edge.failure() instanceof io.relaygate.observe.LostException lost) {
            require(lost.ending() == io.relaygate.observe.Ending.PEER_LOST, "a session to a dead site ends as " + lost);
        }
    }
}
