package io.relaygate.tunnel;

import io.relaygate.tunnel.LaneStatus.End;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The place of one lane after another, where it is shown; what is counted goes on from lane to lane. Any thread. */
final class LaneSlot {

    private final LaneSlots.Place place;
    private final LongConsumer pauses;
    private final Consumer<LaneSlot> freed;
    private volatile @Nullable Held held;
    private volatile @Nullable LaneCounts counted;

    /** The lane that has the place now. */
    private record Held(Lane lane, Mux mux, Supplier<@Nullable Exception> trouble) {}

    LaneSlot(LaneSlots.Place place, LongConsumer pauses, Consumer<LaneSlot> freed) {
        this.place = place;
        this.pauses = pauses;
        this.freed = freed;
    }

    /**
     * A lane that nobody else knows yet takes the place.
     *
     * @param trouble why it has no carrier, or null
     */
    void hold(Lane lane, Mux mux, Supplier<@Nullable Exception> trouble) {
        LaneCounts before = counted;
        lane.counts = before == null ? new LaneCounts(System::nanoTime, pauses) : before;
        held = new Held(lane, mux, trouble);
    }

    /** The lane is over; what it has counted is kept for the next one. Takes the lane's lock. */
    void leave() {
        Held now = held;
        if (now != null) {
            now.lane().lock.lock();
            try {
                counted = new LaneCounts(now.lane().counts);
            } finally {
                now.lane().lock.unlock();
            }
        }
    }

    LaneSlots.Place place() {
        return place;
    }

    /** No lane has the place any more. */
    void free() {
        freed.accept(this);
    }

    /** How its lane is; null before there was one. */
    @Nullable LaneStatus status() {
        Held now = held;
        if (now == null) {
            return null;
        }
        Lane lane = now.lane();
        lane.lock.lock();
        try {
            return status(now, lane);
        } finally {
            lane.lock.unlock();
        }
    }

    /** The instance at the other end. */
    private static String process(Lane lane) {
        Identity peer =
                switch (lane) {
                    case EdgeLane atEdge -> atEdge.site();
                    case SiteLane atSite -> atSite.edge();
                };
        return peer == null ? "" : peer.instance();
    }

    private LaneStatus status(Held now, Lane lane) {
        long promised = 0;
        for (MuxSession session : now.mux().sessions()) {
            session.times().waitsSoFar(now.mux());
            promised += session.window();
        }
        Carrier carrier = lane.cur;
        long roundTrip = carrier == null ? -1 : carrier.roundTrips().last();
        Exception trouble = lane.live() ? null : now.trouble().get();
        return new LaneStatus(
                place.end(),
                place.peer(),
                place.number(),
                process(lane),
                lane.relay(),
                lane.live(),
                Duration.ofNanos(System.nanoTime() - lane.counts.stateSince()),
                roundTrip < 0 ? null : Duration.ofNanos(roundTrip),
                now.mux().count(),
                lane.retained(),
                promised,
                trouble == null ? null : trouble.getMessage(),
                lane.counts.traffic());
    }
}
