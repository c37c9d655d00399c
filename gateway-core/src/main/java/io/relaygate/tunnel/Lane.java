package io.relaygate.tunnel;

import io.relaygate.net.Lease;
import io.relaygate.tunnel.Retention.Slice;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One end of a lane: what both ends do alike (the tables in {@code docs/tunnel.md}). It alone knows loss. Does no input
 * or output; everything is called with {@link #lock} held, times are nanoseconds of a monotonic clock.
 */
abstract sealed class Lane permits EdgeLane, SiteLane {
    /** Where a lane is. */
    sealed interface State {

        /** Without a carrier since then, or with one that has not been answered yet. */
        record Detached(long since) implements State {}

        /** The fence is up for a new carrier whose answer has not come. */
        record Attaching(long detachedSince, long asked) implements State {}

        /** Bytes flow. */
        record Live() implements State {}

        /** Over, for good. */
        record Ended(LaneEnd end, String reason) implements State {}
    }

    final ReentrantLock lock = new ReentrantLock();
    /** Signalled when the peer holds more, and when the last carrier of a lane that has ended is closed. */
    final Condition parted = lock.newCondition();
    final long retentionCap;
    private final Retention own = new Retention();
    private final Capacity capacity = new Capacity();
    private final Allowance idleRecords;
    private @Nullable Upper upper;
    private State state;
    private long rx;
    private long next;
    /** Own bytes that were ever put on a carrier: what the peer can hold at the most. */
    private long farthest;
    LaneCounts counts = new LaneCounts(System::nanoTime, _ -> {});
    /** When the peer's last byte came that counted, of whatever record. */
    long heard;
    long epoch;
    boolean seen;
    @Nullable Carrier cur;

    Lane(long retentionCap, long now) {
        this.retentionCap = retentionCap;
        this.state = new State.Detached(now);
        this.idleRecords = Allowance.ofIdleRecords(now);
        this.heard = now;
    }

    /** Says what the lane carries; called once, before anything else. */
    void carry(Upper what) {
        upper = what;
    }

    /** Lets the lane end when what it carries is over. */
    final void leave() {
        if (upper != null) {
            upper.leave();
        }
    }

    /** How many sessions it carries. */
    final int count() {
        return upper == null ? 0 : upper.count();
    }

    final State state() {
        return state;
    }

    final boolean live() {
        return state instanceof State.Live;
    }
    final boolean over() {
        return state instanceof State.Ended;
    }

    final void enter(State changed) {
        if (!over()) {
            counts.enters(changed, this);
            state = changed;
            if (upper != null) {
                upper.changed();
            }
        }
    }

    /** Bytes of the peer's stream that are in memory here, in order. */
    final long received() {
        return rx;
    }

    /** Own bytes that were appended so far. */
    final long appended() {
        return own.hi();
    }

    /** Own bytes that the peer is not known to hold. */
    final long retained() {
        return own.size();
    }

    /** A record has come that does nothing for the lane; too many of them end it. */
    final void idleRecord(Carrier carrier, long now) {
        if (carrier == cur && !idleRecords.take(now)) {
            fail("the peer says too much that is nothing");
        }
    }

    /** How many own bytes the path to the peer holds. */
    final Capacity capacity() {
        return capacity;
    }

    /** Its number at the site; less than 0 before it was made. */
    abstract long id();

    /** The name of the relay that carries it, or did so last. */
    abstract String relay();

    /** What this end may send in a new session before it has credit. */
    abstract int peerWindow();

    /** Appends to the own stream, whether or not there is room: whoever may wait looks at {@link #retained} first. */
    final void append(byte[] head, byte[] bytes, int offset, int length) {
        if (!over()) {
            own.append(head, bytes, offset, length);
        }
    }

    /** Appends without a copy bytes that nobody changes any more. */
    final void append(Lease lease, int offset, int length) {
        if (!over()) {
            own.append(lease, offset, length);
        }
    }

    /** The next bytes for a carrier to write, pinned, or null if there are none for it. */
    final @Nullable Slice take(Carrier carrier, int most) {
        if (carrier != cur || !live() || next == own.hi()) {
            return null;
        }
        Slice slice = own.slice(next, most);
        next += slice.length();
        counts.sent(slice.length(), Math.max(0, Math.min(next, farthest) - (next - slice.length())));
        farthest = Math.max(farthest, next);
        if (upper != null) {
            upper.roomMade();
        }
        return slice;
    }

    /** Whether {@link #take} would find something. */
    final boolean hasUnsent(Carrier carrier) {
        return carrier == cur && live() && next < own.hi();
    }

    /** Bytes of the peer's stream have come on a carrier. */
    final void data(Carrier carrier, @Nullable Lease lease, byte[] bytes, int offset, int length) throws ProtocolException {
        if (!accepts(carrier, "data")) {
            return;
        }
        rx += length;
        counts.received(length);
        if (upper != null) {
            upper.received(lease, bytes, offset, length);
        }
    }

    /** The peer says how much it holds. */
    final void acknowledged(Carrier carrier, long count, long now) throws ProtocolException {
        if (!accepts(carrier, "an acknowledgement")) {
            return;
        }
        if (count > farthest) {
            fail("the peer claims to hold " + count + " bytes of " + farthest);
        } else if (count > own.base()) {
            capacity.acknowledged(count, now);
            own.release(count);
            // After a loss the peer may have told of bytes that this carrier would only now have repeated.
            next = Math.max(next, count);
            parted.signalAll();
            if (upper != null) {
                upper.roomMade();
            }
        } else {
            idleRecord(carrier, now);
        }
    }

    /** Bytes before the answer are the carrier's fault; bytes of a carrier that was given up are nothing. */
    private boolean accepts(Carrier carrier, String what) throws ProtocolException {
        if (over() || carrier != cur) {
            carrier.close("not the lane's carrier any more");
            return false;
        }
        if (!seen) {
            throw new ProtocolException(what + " before the answer");
        }
        return true;
    }

    /** Raises the fence for a carrier: from here on nothing of any other counts. */
    final void fence(Carrier carrier) {
        Carrier old = cur;
        cur = carrier;
        seen = false;
        if (old != null && old != carrier) {
            old.close("replaced");
        }
    }

    /**
     * Goes on after what the peer holds.
     *
     * @return false if it cannot be, and the lane has ended
     */
    final boolean resumeAt(long count) {
        if (count < own.base() || count > farthest) {
            fail("the peer holds " + count + " bytes, not from " + own.base() + " to " + farthest);
            return false;
        }
        own.release(count);
        next = count;
        capacity.restart();
        return true;
    }

    /** A carrier is gone, or presumed so. Nothing is written on it any more; what it still brings counts until the fence. */
    final void lost(Carrier carrier, long now) {
        if (carrier != cur) {
            return;
        }
        switch (state) {
            case State.Live _ -> enter(new State.Detached(now));
            case State.Attaching(long since, long _) -> enter(new State.Detached(since));
            case State.Ended _ -> parted.signalAll();
            case State.Detached _ -> {}
        }
    }

    /** Ends the lane because the protocol was broken, and tells the peer. */
    final void fail(String reason) {
        reset(LaneEnd.BROKEN, reason);
    }

    /** Ends the lane and tells the peer, if that can be. */
    final void reset(LaneEnd end, String reason) {
        Carrier carrier = cur;
        if (carrier != null && !over()) {
            carrier.sayLast(end == LaneEnd.DONE ? new CarrierRecord.End() : new CarrierRecord.Reset(end, reason));
        }
        end(end, reason);
    }

    /** The lane is over. */
    final void end(LaneEnd end, String reason) {
        if (over()) {
            return;
        }
        state = new State.Ended(end, reason);
        own.close();
        next = own.hi();
        if (cur != null) {
            cur.close("the lane has ended: " + end);
        }
        if (upper != null) {
            upper.ended(end, reason);
        }
    }

    /**
     * Looks at the clock; ends a lane that has been without a carrier for too long, and gives up a silent carrier, whose
     * own thread may be held up in a write.
     */
    final void tick(long now, long holdNanos) {
        if (cur != null && !over()) {
            cur.tick(now);
        }
        long since =
                switch (state) {
                    case State.Detached(long when) -> when;
                    case State.Attaching(long when, long _) -> when;
                    case State.Live _, State.Ended _ -> now;
                };
        if (now - since > holdNanos) {
            LaneEnd how = upper != null && upper.finished() ? LaneEnd.DONE : LaneEnd.RELAY_LOST;
            end(how, "no relay connection for " + holdNanos / 1_000_000_000 + " s");
        }
    }
}
