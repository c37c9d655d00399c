package io.relaygate.tunnel;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * One schedule: an edge's lanes to a site over a network that loses, delays and cuts as a seed says, while both are now and
 * then started anew; then calm, in which all must come to its end.
 */
final class LaneSimulation implements LongConsumer {

    private static final SecureRandom SECURE = new SecureRandom();
    private static final Timing TIMING = Timing.USUAL;
    private static final long HOLD = TimeUnit.SECONDS.toNanos(60);
    private static final long MILLI = 1_000_000;
    private static final int IDLE_ROUNDS = 400;
    private static final long DIAL = 10 * MILLI;
    private static final int ROUNDS = 50_000;

    private Random random = new Random(0);
    private final long[] clock = {0};
    private LaneChecks checks = new LaneChecks(0);
    private int retention;
    private int troubles;
    private int mostSessions;
    private int mostLanes;
    private int mostEdges;
    private List<SimulatedEdge> edges = new ArrayList<>();
    private List<SimulatedSite> sites = new ArrayList<>();
    private List<SimulatedCarrier> carriers = new ArrayList<>();
    private List<SimulatedPeer> peers = new ArrayList<>();

    /** Runs the schedule of a seed; throws an AssertionError that names it. */
    @Override
    public void accept(long seed) {
        begin(seed);
        try {
            int steps = 50 + random.nextInt(random.nextInt(4) == 0 ? 3000 : 800);
            for (int i = 0; i < steps; i++) {
                step();
                checks.everyStep(edge(), site(), peers.size());
            }
            calm();
            checks.atTheEnd(edges, sites, peers);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + " at " + clock[0] / MILLI + " ms, " + edges + ": " + e + "\n" + peers, e);
        }
    }

    private void begin(long seed) {
        random = new Random(seed);
        clock[0] = TimeUnit.SECONDS.toNanos(1_000_000);
        retention = random.nextBoolean() ? 1 << (9 + random.nextInt(10)) : 1 << 20;
        checks = new LaneChecks(retention);
        troubles = random.nextInt(60);
        mostSessions = 1 + random.nextInt(6);
        mostLanes = 1 + random.nextInt(3);
        mostEdges = 1 + random.nextInt(3);
        edges = new ArrayList<>();
        sites = new ArrayList<>();
        carriers = new ArrayList<>();
        peers = new ArrayList<>();
        edges.add(newEdge());
        sites.add(newSite());
    }

    private SimulatedEdge newEdge() {
        return new SimulatedEdge(SECURE, retention, clock);
    }

    private SimulatedEdge edge() {
        return edges.getLast();
    }

    private SimulatedSite newSite() {
        return new SimulatedSite(SECURE, retention, clock, (session, what) -> peers.get(Integer.parseInt(what.session())).on(session));
    }

    private SimulatedSite site() {
        return sites.getLast();
    }

    private long now() {
        return clock[0];
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void step() {
        int what = random.nextInt(1000);
        if (what < troubles) {
            trouble();
        } else if (what < 90) {
            keep(any(edge().lanes()), true);
        } else if (what < 150) {
            pass(MILLI * (random.nextInt(40) == 0 ? random.nextInt(7000) : 1 + random.nextInt(30)), true);
        } else if (what < 400) {
            application();
        } else if (!carriers.isEmpty()) {
            SimulatedCarrier carrier = random.nextBoolean() ? carriers.getLast() : any(carriers);
            move(carrier, any(carrier.ends()));
        }
    }

    private void trouble() {
        int what = random.nextInt(100);
        if (what < 3) {
            rebootSite();
        } else if (what < 5) {
            rebootEdge();
        } else if (what < 6) {
            pass(TimeUnit.SECONDS.toNanos(20 + random.nextInt(80)), true);
        } else if (what < 8) {
            if (random.nextBoolean()) {
                any(edge().lanes()).mux().leave();
            } else {
                site().leave();
            }
        } else if (what < 27) {
            dial(any(edge().lanes()).lane());
        } else if (!carriers.isEmpty()) {
            SimulatedCarrier carrier = any(carriers);
            if (what < 66) {
                carrier.cut(random, now());
            } else {
                int longest = random.nextInt(10) == 0 ? 100_000 : 500;
                carrier.freeze(random, now() + MILLI * (1 + random.nextInt(longest)));
            }
        }
    }

    private void rebootSite() {
        SimulatedSite old = site();
        for (SimulatedCarrier carrier : carriers) {
            if (carrier.at() == old) {
                carrier.site().die(now());
            }
        }
        old.die();
        sites.add(newSite());
    }

    /** What the old one has said may still be under way. */
    private void rebootEdge() {
        if (edges.size() < mostEdges) {
            carriers.forEach(carrier -> carrier.edge().die(now()));
            edge().die();
            edges.add(newEdge());
        }
    }

    private void application() {
        Mux mux = any(edge().lanes()).mux();
        if (peers.size() < 2 * mostSessions * edges.size() && mux.opens() && random.nextInt(8) == 0) {
            open(mux);
        } else if (edge().lanes().size() < mostLanes && random.nextInt(20) == 0) {
            edge().add();
        } else if (!peers.isEmpty()) {
            SimulatedPeer peer = any(peers);
            if (random.nextInt(1500) == 0) {
                peer.drop(random);
            } else {
                peer.step(random, false);
            }
        }
    }

    private void open(Mux mux) {
        int index = peers.size();
        SimulatedPeer edge = new SimulatedPeer("edge " + index, random.nextLong(), random);
        SimulatedPeer site = new SimulatedPeer("site " + index, random.nextLong(), random);
        edge.faces(site);
        site.faces(edge);
        peers.add(edge);
        peers.add(site);
        try {
            edge.on(mux.open(new Open(String.valueOf(index + 1), "echo", "in", "me")));
        } catch (io.relaygate.sdk.RefusedException e) {
            throw new AssertionError("an open lane opens nothing", e);
        }
    }

    /** Something happens at one end of a carrier. */
    private void move(SimulatedCarrier carrier, SimulatedEnd end) {
        SimulatedPipe in = end.in();
        if (in.deliverable(now()) && random.nextBoolean()) {
            int size = in.size();
            end.deliver(random.nextInt(3) == 0 ? 1 + random.nextInt(size) : Math.min(size, 1 + random.nextInt(4000)), now());
        } else if (random.nextInt(8) == 0 && in.atEnd(now()) && !end.closed()) {
            end.disconnect(now());
        } else {
            end.beginWrite(random.nextInt(3) == 0 ? 128 + random.nextInt(2000) : SessionLink.WRITE, now());
            if (random.nextInt(4) != 0) {
                end.completeWrite(now());
            }
        }
        if (carrier.over()) {
            carriers.remove(carrier);
        }
        answers(false);
    }

    private void answers(boolean calm) {
        for (int i = 1; i < peers.size(); i += 2) {
            peers.get(i).answer(random, calm);
        }
    }

    private void keep(SimulatedEdge.Kept kept, boolean mayWait) {
        if (kept.keep(now(), HOLD) && !(mayWait && random.nextBoolean())) {
            dial(kept.lane());
        }
    }

    private void dial(EdgeLane lane) {
        if (lane.over()) {
            return;
        }
        Identity wanted = lane.site();
        SimulatedSite answering = site();
        boolean asked = random.nextInt(4) != 0;
        if (wanted != null && asked && !wanted.boot().equals(answering.identity().boot())) {
            lane.end(LaneEnd.PEER_LOST, "started anew");
            return;
        }
        SimulatedCarrier carrier = new SimulatedCarrier(lane, answering, wanted == null ? null : wanted.boot(), TIMING, now());
        if (random.nextInt(1000) < 4 * troubles) {
            carrier.doom(random);
        }
        carriers.add(carrier);
        clock[0] += DIAL;
    }

    /** Time passes; some do not look at the clock at once. */
    private void pass(long nanos, boolean mayBeLate) {
        clock[0] += nanos;
        for (SimulatedCarrier carrier : List.copyOf(carriers)) {
            for (SimulatedEnd end : carrier.ends()) {
                if (!mayBeLate || random.nextInt(8) != 0) {
                    end.tick(now());
                }
            }
        }
        if (!mayBeLate || random.nextInt(8) != 0) {
            site().tick(now(), HOLD);
        }
    }

    /** Trouble stops; everything is done until nothing is left. */
    private void calm() {
        troubles = 0;
        carriers.forEach(SimulatedCarrier::thaw);
        checks.calmBegins(edge(), sites, now(), HOLD);
        int idle = 0;
        int rounds = 0;
        long before = -1;
        while (!everythingIsOver()) {
            if (round() && ++rounds < ROUNDS) {
                continue;
            }
            long bytes = edge().moved();
            idle = bytes == before ? idle : 0;
            before = bytes;
            if (++idle > IDLE_ROUNDS || rounds == ROUNDS) {
                throw new AssertionError("something hangs: " + site().everMade() + " " + carriers.size() + " carriers");
            }
            if (peers.stream().allMatch(SimulatedPeer::done)) {
                edge().leave();
            }
            pass(MILLI * (idle % 2 == 0 ? 25 : 1000), false);
        }
    }

    private boolean everythingIsOver() {
        return edge().over() && site().over() && carriers.isEmpty() && peers.stream().allMatch(SimulatedPeer::done);
    }

    private boolean round() {
        boolean moved = false;
        edge().lanes().forEach(each -> keep(each, false));
        for (SimulatedCarrier carrier : List.copyOf(carriers)) {
            for (SimulatedEnd end : carrier.ends()) {
                moved |= end.beginWrite(SessionLink.WRITE, now());
                moved |= end.completeWrite(now());
                if (end.in().deliverable(now())) {
                    end.deliver(1 + random.nextInt(end.in().size()), now());
                    moved = true;
                } else if (end.in().atEnd(now()) && !end.closed()) {
                    end.disconnect(now());
                    moved = true;
                }
            }
            if (carrier.over()) {
                carriers.remove(carrier);
            }
            checks.everyStep(edge(), site(), peers.size());
        }
        answers(true);
        for (SimulatedPeer peer : peers) {
            moved |= peer.step(random, true);
        }
        return moved;
    }
}
