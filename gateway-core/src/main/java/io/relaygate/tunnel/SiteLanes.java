package io.relaygate.tunnel;

import io.relaygate.tunnel.CarrierRecord.Attach;
import io.relaygate.tunnel.CarrierRecord.Create;
import io.relaygate.tunnel.CarrierRecord.Hello;
import java.util.Collection;
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

    private final Identity site;
    private final long retentionCap;
    private final Consumer<SiteLane> made;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, SiteLane> lanes = new ConcurrentHashMap<>();

    /**
     * No lanes yet.
     *
     * @param made is told of every new lane before anything comes on it
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
        lanes.remove(lane.id(), lane);
    }

    /** The site's side of a carrier that has just been accepted: HELLO has gone, CREATE or ATTACH comes. */
    final class Accepted implements Carrier.Opening {

        private final Hello hello;
        private final SiteTunnel.Origin origin;
        private volatile @Nullable SiteLane lane;

        Accepted(Hello hello, SiteTunnel.Origin origin) {
            this.hello = hello;
            this.origin = origin;
        }

        @Override
        public @Nullable SiteLane lane() {
            return lane;
        }

        @Override
        public Carrier.Patience patience(Timing timing) {
            return new Carrier.Patience("the edge did not ask for a lane", timing.answer());
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
            requireVersion(create.version());
            long ofThisEdge =
                    lanes.values().stream().filter(each -> each.edge().equals(create.edge())).count();
            if (ofThisEdge >= MOST_OF_AN_EDGE) {
                throw new ProtocolException("the edge has too many lanes");
            }
            SiteLane created = new SiteLane(ids.incrementAndGet(), create, retentionCap, now);
            made.accept(created);
            lanes.put(created.id(), created);
            bind(created, () -> created.create(carrier, origin));
        }

        private void attach(Carrier carrier, Attach attach) throws ProtocolException {
            requireVersion(attach.version());
            SiteLane known = lanes.get(attach.lane());
            if (known == null || !attach.site().equals(site.boot())) {
                carrier.sayLast(new CarrierRecord.Gone(attach.lane(), ""));
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

        private void requireVersion(int version) throws ProtocolException {
            if (version != CarrierRecord.VERSION) {
                throw new ProtocolException("the edge speaks version " + version + " of the tunnel");
            }
        }
    }
}
