package io.relaygate.tunnel;

import io.relaygate.tunnel.Lane.State;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What is counted of a lane, apart for each relay that has carried it: nothing but additions, guarded by the lane's
 * lock. The lane that takes another's place counts on from a copy.
 */
final class LaneCounts {

    private final Map<String, OnRelay> relays = new TreeMap<>();
    private final LongSupplier clock;
    private final LongConsumer pauses;
    private OnRelay now = new OnRelay();
    private long stateSince;

    /** The counts while one relay carries the lane. */
    private static final class OnRelay {
        private long opened;
        private long sent;
        private long received;
        private long resent;
        private long resumptions;
        private final Map<CarrierLoss, Long> lost = new EnumMap<>(CarrierLoss.class);
        private long creditNanos;
        private long roomNanos;
    }

    /**
     * Counts from nothing.
     *
     * @param clock nanoseconds of the monotonic clock
     * @param pauses is told how long the lane was without a carrier, in nanoseconds, when it goes on; must not block
     */
    LaneCounts(LongSupplier clock, LongConsumer pauses) {
        this.clock = clock;
        this.pauses = pauses;
        this.stateSince = clock.getAsLong();
    }

    /** Goes on from what another lane has counted, whose lock is held. */
    LaneCounts(LaneCounts before) {
        this(before.clock, before.pauses);
        before.traffic().forEach(each -> {
            OnRelay copy = new OnRelay();
            copy.opened = each.opened();
            copy.sent = each.sent();
            copy.received = each.received();
            copy.resent = each.resent();
            copy.resumptions = each.resumptions();
            copy.lost.putAll(each.lost());
            copy.creditNanos = each.creditNanos();
            copy.roomNanos = each.roomNanos();
            relays.put(each.relay(), copy);
        });
    }

    /** The lane enters another state than it is in. */
    void enters(State next, Lane lane) {
        long time = clock.getAsLong();
        State before = lane.state();
        Carrier carrier = lane.cur;
        if (next instanceof State.Detached) {
            if (!(before instanceof State.Detached) && carrier != null) {
                lost(carrier.loss());
            }
        } else {
            if (before instanceof State.Live) {
                lost(CarrierLoss.REPLACED);
            }
            now = relays.computeIfAbsent(lane.relay(), _ -> new OnRelay());
        }
        if (next instanceof State.Live && lane.epoch > 1) {
            now.resumptions++;
            switch (before) {
                case State.Detached(long since) -> pauses.accept(time - since);
                case State.Attaching(long since, long _) -> pauses.accept(time - since);
                case State.Live _, State.Ended _ -> {}
            }
        }
        if (next instanceof State.Live || before instanceof State.Live) {
            stateSince = time;
        }
    }

    private void lost(CarrierLoss why) {
        now.lost.merge(why, 1L, Long::sum);
    }

    /** When the lane got its carrier, or lost it; nanoseconds of the monotonic clock. */
    long stateSince() {
        return stateSince;
    }

    void opened() {
        now.opened++;
    }

    /** Bytes are taken for a carrier, some of them not for the first time. */
    void sent(long bytes, long again) {
        now.sent += bytes - again;
        now.resent += again;
    }

    void received(long bytes) {
        now.received += bytes;
    }

    void waitedForCredit(long nanos) {
        now.creditNanos += nanos;
    }

    void waitedForRoom(long nanos) {
        now.roomNanos += nanos;
    }

    /** All of it, by relay. */
    List<LaneTraffic> traffic() {
        List<LaneTraffic> all = new ArrayList<>();
        relays.forEach((relay, on) -> all.add(new LaneTraffic(
                relay,
                on.opened,
                on.sent,
                on.received,
                on.resent,
                on.resumptions,
                Map.copyOf(on.lost),
                on.creditNanos,
                on.roomNanos)));
        return all;
    }
}
