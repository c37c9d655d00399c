package io.relaygate.tunnel;

import io.relaygate.net.Buffers;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold of simulated lanes, at every step and at the end. */
final class LaneChecks {

    private static final long ENOUGH = 30_000_000_000L;

    private final int retention;
    private final int outstanding = Buffers.outstanding();
    private final Set<EdgeLane> mustSurvive = new HashSet<>();
    private final Set<EdgeLane> mustLosePeer = new HashSet<>();

    LaneChecks(int retention) {
        this.retention = retention;
    }

    private static void require(boolean right, String what) {
        if (!right) {
            throw new AssertionError(what);
        }
    }

    void everyStep(SimulatedEdge edge, SimulatedSite at, int peers) {
        for (SimulatedEdge.Kept each : edge.lanes()) {
            everyStep(each.lane(), at, each.mux().count() + peers);
        }
    }

    private void everyStep(EdgeLane edge, SimulatedSite at, int sessions) {
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
        return at.identity().equals(edge.site()) ? at.lane(edge.id()) : null;
    }

    /**
     * A lane that has time enough from here on must live, unless its site is dead. That the site had given it up before it
     * died may still be under way.
     */
    void calmBegins(SimulatedEdge from, List<SimulatedSite> sites, long now, long hold) {
        for (SimulatedEdge.Kept each : from.lanes()) {
            EdgeLane edge = each.lane();
            for (SimulatedSite at : sites) {
                SiteLane site = of(edge, at);
                if (site == null || left(edge, now, hold) <= ENOUGH) {
                    continue;
                }
                if (at.dead() && end(site) == LaneEnd.PEER_LOST) {
                    mustLosePeer.add(edge);
                } else if (left(site, now, hold) > ENOUGH) {
                    mustSurvive.add(edge);
                }
            }
        }
    }

    private static long left(Lane lane, long now, long hold) {
        return switch (lane.state()) {
            case Lane.State.Live _ -> hold;
            case Lane.State.Detached(long since) -> since + hold - now;
            case Lane.State.Attaching(long since, long _) -> since + hold - now;
            case Lane.State.Ended _ -> -1;
        };
    }

    void atTheEnd(List<SimulatedEdge> edges, List<SimulatedSite> sites, List<SimulatedPeer> peers) {
        SimulatedEdge last = edges.getLast();
        for (SimulatedEdge.Kept each : last.lanes()) {
            atTheEnd(each.lane(), sites.getLast());
        }
        for (SimulatedSite site : sites) {
            for (SiteLane lane : site.everMade()) {
                LaneEnd there = end(lane);
                require(there != LaneEnd.BROKEN, "BROKEN at the site: " + lane);
                boolean alive = !site.dead() && lane.edge().equals(last.identity());
                require(there != LaneEnd.PEER_LOST || !alive, "a lane from a living edge ends as " + lane);
            }
            require(site.promised() == 0, "the site has promised " + site.promised());
        }
        for (SimulatedEdge edge : edges) {
            require(edge.promised() == 0, "the edge has promised " + edge.promised());
        }
        for (int i = 0; i < peers.size(); i += 2) {
            MuxSession session = Objects.requireNonNull(peers.get(i).session(), "the edge opens every session");
            EdgeLane lane = (EdgeLane) session.mux().lane();
            boolean killed = edges.stream().anyMatch(edge -> edge.dead() && edge.has(lane));
            session(peers.get(i), peers.get(i + 1), end(lane), !killed && of(lane, sites.getLast()) != null);
        }
        require(Buffers.outstanding() == outstanding, "buffers are lost: " + (Buffers.outstanding() - outstanding));
    }

    private void atTheEnd(EdgeLane edge, SimulatedSite last) {
        LaneEnd end = end(edge);
        SiteLane site = of(edge, last);
        require(!mustSurvive.contains(edge) || end == LaneEnd.DONE, "a lane with time enough is lost: " + edge);
        boolean known = !mustLosePeer.contains(edge) || end == LaneEnd.PEER_LOST || end == LaneEnd.DONE;
        require(known, "a lane to a dead site ends as " + edge);
        if (site != null) {
            require(end != LaneEnd.PEER_LOST, "a lane to a living site ends as " + edge);
            // Over a lost carrier the site may know that nobody needs the lane, and the edge not.
            boolean unneeded = end(site) == LaneEnd.DONE && end == LaneEnd.RELAY_LOST;
            boolean agree = end(site) == LaneEnd.RELAY_LOST || end(site) == end || unneeded;
            require(agree, "the ends disagree: " + edge + "; " + site);
        }
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
