package io.relaygate.tunnel;

import io.relaygate.tunnel.CarrierRecord.Attach;
import io.relaygate.tunnel.CarrierRecord.Create;
import io.relaygate.tunnel.CarrierRecord.Hello;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The lanes that end in one site process, found by their ids, which never repeat. Any thread. */
final class SiteLanes {

    /** Lanes that one edge process may have; a CREATE whose answer was lost leaves one behind for the hold time. */
    private static final int MOST_OF_AN_EDGE = 64;

    /** Lanes of all edges: whoever may send can say that he is many. */
    private static final int MOST = 4096;

    /** Lanes whose ends are remembered, for an edge that was away when it happened. */
    private static final int MOST_ENDED = 256;

    private final Identity site;
    private final long retentionCap;
    private final Consumer<SiteLane> made;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, SiteLane> lanes = new ConcurrentHashMap<>();
    private final Map<Long, String> ended = new LinkedHashMap<>();

    /**
     * No lanes yet.
     *
     * @param made is told of every new lane before anything comes on it, with its lock held
     */
    SiteLanes(Identity site, long retentionCap, Consumer<SiteLane> made) {
        this.site = site;
        this.retentionCap = retentionCap;
        this.made = made;
    }

    Collection<SiteLane> all() {
        return List.copyOf(lanes.values());
    }

    /** Forgets a lane that has ended: an id that is unknown is gone. */
    void forget(SiteLane lane) {
        synchronized (ended) {
            ended.put(lane.id(), lane.why());
            if (ended.size() > MOST_ENDED) {
                ended.remove(ended.keySet().iterator().next());
            }
        }
        lanes.remove(lane.id(), lane);
    }

    /** How and why a lane has ended; empty if that is not remembered. */
    private String why(long id) {
        synchronized (ended) {
            return ended.getOrDefault(id, "");
        }
    }

    /** Takes a new lane up, if its edge and all edges have not too many. */
    private synchronized boolean add(SiteLane lane) {
        long ofThisEdge =
                lanes.values().stream().filter(each -> each.edge().equals(lane.edge())).count();
        if (lanes.size() >= MOST || ofThisEdge >= MOST_OF_AN_EDGE) {
            return false;
        }
        lanes.put(lane.id(), lane);
        return true;
    }

    /** An edge process speaks: the lanes of an earlier run of it are over. */
    private void otherProcess(Identity edge, long asked) {
        for (SiteLane lane : lanes.values()) {
            if (!lane.edge().instance().equals(edge.instance())) {
                continue;
            }
            lane.lock.lock();
            try {
                lane.otherProcess(edge, asked);
            } finally {
                lane.lock.unlock();
            }
        }
    }

    /** The site's side of a carrier that has just been accepted: HELLO has gone, CREATE or ATTACH comes. */
    final class Accepted implements Opening {

        private final Hello hello;
        private final Origin origin;
        private volatile @Nullable SiteLane lane;

        Accepted(Hello hello, Origin origin) {
            this.hello = hello;
            this.origin = origin;
        }

        @Override
        public @Nullable SiteLane lane() {
            return lane;
        }

        @Override
        public boolean begins() {
            return lane == null;
        }

        @Override
        public Patience patience(Timing timing, long began) {
            return new Patience("the edge did not ask for a lane", began, timing.answer());
        }

        @Override
        public void record(Carrier carrier, CarrierRecord record, long now) throws ProtocolException {
            if (lane != null) {
                throw new ProtocolException("a carrier is opened twice");
            }
            switch (record) {
                case Create create -> create(carrier, create, now);
                case Attach attach -> attach(carrier, attach);
                default -> throw new ProtocolException("a record that is not for sites");
            }
        }

        private void create(Carrier carrier, Create create, long now) throws ProtocolException {
            requireVersion(create.versions(), create.version());
            otherProcess(create.edge(), carrier.began());
            SiteLane created = new SiteLane(ids.incrementAndGet(), create, origin.peer(), retentionCap, now);
            created.lock.lock();
            if (!add(created)) {
                created.lock.unlock();
                throw new ProtocolException("the edge has too many lanes");
            }
            // Whoever goes through all lanes, to end them, comes too early for this one or waits for its lock.
            lane = created;
            try {
                made.accept(created);
            } catch (RuntimeException | Error e) {
                forget(created);
                throw e;
            }
            created.create(carrier, origin);
        }

        private void attach(Carrier carrier, Attach attach) throws ProtocolException {
            requireVersion(attach.versions(), attach.version());
            boolean mine = attach.site().equals(site.boot());
            SiteLane known = lanes.get(attach.lane());
            if (known == null || !mine) {
                carrier.sayLast(new CarrierRecord.Gone(attach.lane(), mine ? why(attach.lane()) : ""));
                return;
            }
            bind(known, () -> known.attach(carrier, hello, attach, origin));
        }

        /** From here on the carrier is guarded by the lane's lock, which whoever has fed the carrier gives back. */
        private void bind(SiteLane found, Runnable use) {
            found.lock.lock();
            lane = found;
            use.run();
        }

        private void requireVersion(Versions edge, int chosen) throws ProtocolException {
            int shared = hello.versions().sharedWith(edge);
            if (chosen != shared) {
                throw new ProtocolException("version " + chosen + " of the tunnel is chosen, not " + shared);
            }
        }
    }
}
