package io.relaygate.tunnel;

import io.relaygate.net.Lease;
import io.relaygate.tunnel.Retention.Slice;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One end of a carrier: turns its bytes into records and the lane's words into bytes. Does no input or output. Guarded
 * by the lock of its lane; before it has one, by being known to one thread alone. Times are nanoseconds of a monotonic
 * clock.
 */
final class Carrier implements RecordReader.Sink {


    /** Records that wait to be written; a peer that asks more often than it reads gets no more answers. */
    private static final int MOST_WAITING = 64;

    private final Opening opening;
    private final Timing timing;
    private final Wire wire;
    private final @Nullable Bits dialledFor;
    private final RecordReader reader = new RecordReader();
    private final long began;
    private long now;
    private long heard;
    private long pingAt;
    private final Acks acks;
    private final Outbox outbox;
    private @Nullable Lease arriving;
    private final RoundTrips roundTrips;
    private boolean finishing;
    private CarrierLoss loss = CarrierLoss.FAILED;
    private @Nullable String closed;
    private @Nullable String fault;

    /**
     * A carrier whose connection is there.
     *
     * @param dialledFor the boot that was asked for when it was dialled, or null if any will do
     */
    Carrier(Opening opening, Timing timing, Wire wire, @Nullable Bits dialledFor, long now) {
        this.opening = opening;
        this.timing = timing;
        this.wire = wire;
        this.dialledFor = dialledFor;
        this.began = now;
        this.acks = new Acks(timing, now);
        this.roundTrips = new RoundTrips(now);
        this.outbox = new Outbox(acks);
        this.now = now;
        this.heard = now;
        this.pingAt = now + timing.ping();
    }

    Wire wire() {
        return wire;
    }

    @Nullable Bits dialledFor() {
        return dialledFor;
    }

    /** When its connection was there. */
    long began() {
        return began;
    }

    /** What the peer did wrong, or did not do; null if nothing. */
    @Nullable String fault() {
        return fault;
    }

    /** Why it was closed; null while it is open. */
    @Nullable String closed() {
        return closed;
    }

    /** How it was lost, once it is closed. */
    CarrierLoss loss() {
        return loss;
    }

    /** How long the peer took to answer. */
    RoundTrips roundTrips() {
        return roundTrips;
    }

    /** Whether sessions are on it, or may soon be. */
    boolean busy() {
        Lane lane = opening.lane();
        return lane == null || lane.count() > 0;
    }

    private boolean carries() {
        Lane lane = opening.lane();
        return lane != null && lane.cur == this && lane.live();
    }

    /** As below, of an array that may be kept as it is. */
    void received(Lease lease, int length, long when) {
        arriving = lease;
        received(lease.bytes(), 0, length, when);
        arriving = null;
    }

    /** Bytes have come. What breaks the protocol closes the carrier and leaves the lane to another. */
    void received(byte[] bytes, int offset, int length, long when) {
        now = when;
        heard = when;
        if (closed != null || finishing) {
            return;
        }
        try {
            reader.feed(bytes, offset, length, this);
        } catch (ProtocolException e) {
            fault(CarrierLoss.FAULT, String.valueOf(e.getMessage()));
        }
        Lane lane = opening.lane();
        if (lane != null && lane.cur == this) {
            lane.heard = when;
        }
        if (carries() && lane != null && acks.held(lane.received(), now)) {
            wire.wake();
        }
    }

    @Override
    public void record(CarrierRecord record) throws ProtocolException {
        if (closed != null) {
            return;
        }
        switch (record) {
            case CarrierRecord.Ping(long token) -> {
                if (outbox.size() < MOST_WAITING) {
                    say(new CarrierRecord.Pong(token));
                }
                lane().idleRecord(this, now);
            }
            case CarrierRecord.Pong(long token) -> {
                roundTrips.answered(token, now);
                lane().idleRecord(this, now);
            }
            case CarrierRecord.Ack(long received) -> lane().acknowledged(this, received, now);
            case CarrierRecord.Reset(LaneEnd end, String reason) -> ended(lane(), end, reason);
            case CarrierRecord.End() -> ended(lane(), LaneEnd.DONE, "");
            default -> opening.record(this, record, now);
        }
    }

    @Override
    public void skipped() {
        Lane lane = opening.lane();
        if (lane != null) {
            lane.idleRecord(this, now);
        }
    }

    private void ended(Lane lane, LaneEnd end, String reason) {
        if (lane.cur == this) {
            lane.end(end, reason);
        }
        close("the peer has ended the lane");
    }

    @Override
    public void data(byte[] bytes, int offset, int length) throws ProtocolException {
        if (closed == null) {
            lane().data(this, arriving, bytes, offset, length);
        }
    }

    private Lane lane() throws ProtocolException {
        Lane lane = opening.lane();
        if (lane == null || opening.begins()) {
            throw new ProtocolException("a record of a lane before there is one");
        }
        return lane;
    }

    /** Queues a record. */
    void say(CarrierRecord record) {
        if (closed == null && !finishing) {
            if (record instanceof CarrierRecord.Attach attach) {
                acks.told(attach.received(), now);
            } else if (record instanceof CarrierRecord.Attached attached) {
                acks.told(attached.received(), now);
            }
            outbox.add(record);
            wire.wake();
        }
    }

    /** Queues a record and closes the carrier once it is written. */
    void sayLast(CarrierRecord record) {
        say(record);
        finishing = true;
    }

    /** What is to be written next, or null. A body is pinned and must be unpinned when it is written. */
    @Nullable Output next(int most, long when) {
        now = when;
        if (closed != null) {
            return null;
        }
        Lane lane = opening.lane();
        return outbox.next(this, lane != null && carries() && !finishing ? lane : null, most, now);
    }

    /** Whether {@link #next} would find something. */
    boolean hasOutput(long when) {
        Lane lane = opening.lane();
        return closed == null
                && (!outbox.isEmpty()
                        || (carries() && lane != null && (lane.hasUnsent(this) || acks.due(lane.received(), when, false))));
    }

    /** All that was to be written is written. */
    void flushed() {
        if (finishing && outbox.isEmpty()) {
            finishing = false;
            close("finished");
        }
    }

    /** Looks at the clock: asks whether the peer is there, gives up a carrier that is silent or not answered. */
    void tick(long when) {
        now = when;
        if (closed != null) {
            return;
        }
        boolean open = isOpen();
        Opening.Patience patience = opening.patience(timing, began);
        if (now - heard >= timing.silence()) {
            disconnected(CarrierLoss.SILENT, "nothing came for " + timing.silence() / 1_000_000 + " ms", when);
        } else if (!open && now - patience.since() >= patience.nanos()) {
            fault(CarrierLoss.UNANSWERED, patience.missing() + " in " + patience.nanos() / 1_000_000 + " ms");
        } else if (now >= pingAt) {
            pingAt = now + timing.ping();
            if (open) {
                say(new CarrierRecord.Ping(now));
            }
        }
    }

    private boolean isOpen() {
        Lane lane = opening.lane();
        return lane != null && lane.cur == this && lane.seen;
    }

    private void fault(CarrierLoss why, String what) {
        loss = why;
        fault = what;
        close(what);
    }

    /** When {@link #tick} or {@link #next} have something to do at the latest. */
    long due() {
        long own = Math.min(Math.min(pingAt, acks.at()), heard + timing.silence());
        Opening.Patience patience = opening.patience(timing, began);
        return isOpen() ? own : Math.min(own, patience.since() + patience.nanos());
    }

    /** Gives the carrier up; a record that is to be the last still goes out. */
    void close(@Nullable String reason) {
        if (closed == null && !finishing) {
            closed = String.valueOf(reason);
            outbox.clear();
            Lane lane = opening.lane();
            if (lane != null) {
                lane.lost(this, now);
            }
            wire.close();
        }
    }

    /** The connection has ended, however: that is loss. */
    void disconnected(CarrierLoss why, String reason, long when) {
        now = when;
        finishing = false;
        if (closed == null) {
            loss = why;
        }
        close(reason);
    }
}
