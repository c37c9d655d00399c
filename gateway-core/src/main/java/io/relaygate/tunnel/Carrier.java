package io.relaygate.tunnel;

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

    private static final long NEVER = Long.MAX_VALUE;

    /** Records that wait to be written; a peer that asks more often than it reads gets no more answers. */
    private static final int MOST_WAITING = 64;

    private final Opening opening;
    private final Timing timing;
    private final Wire wire;
    private final @Nullable Bits dialledFor;
    private final RecordReader reader = new RecordReader();
    private final Deque<byte[]> controls = new ArrayDeque<>();
    private final long began;
    private long now;
    private long heard;
    private long pingAt;
    private long ackAt = NEVER;
    private long acked;
    private long roundTrip = -1;
    private boolean finishing;
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

    /** The last measured round trip in nanoseconds, or -1. */
    long roundTrip() {
        return roundTrip;
    }

    /** Whether sessions are on it, or may soon be. */
    boolean busy() {
        Lane lane = opening.lane();
        return lane == null || !lane.idle();
    }

    private boolean carries() {
        Lane lane = opening.lane();
        return lane != null && lane.cur == this && lane.live();
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
            fault(String.valueOf(e.getMessage()));
        }
        Lane lane = opening.lane();
        if (lane != null && lane.cur == this) {
            lane.heard = when;
        }
        if (carries() && lane != null && lane.received() > acked) {
            boolean due = lane.received() - acked >= timing.ackBytes();
            long at = due ? now : Math.min(ackAt, now + timing.ackDelay());
            if (at != ackAt) {
                ackAt = at;
                wire.wake();
            }
        }
    }

    @Override
    public void record(CarrierRecord record) throws ProtocolException {
        if (closed != null) {
            return;
        }
        switch (record) {
            case CarrierRecord.Ping(long token) -> {
                if (controls.size() < MOST_WAITING) {
                    say(new CarrierRecord.Pong(token));
                }
                lane().idleRecord(this, now);
            }
            case CarrierRecord.Pong(long token) -> {
                // Any other token was never asked with.
                roundTrip = token - began >= 0 && now - token >= 0 ? now - token : roundTrip;
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
            lane().data(this, bytes, offset, length);
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
                acked = attach.received();
            } else if (record instanceof CarrierRecord.Attached attached) {
                acked = attached.received();
            }
            controls.add(record.encode());
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
        ByteArrayOutputStream records = new ByteArrayOutputStream(64);
        while (!controls.isEmpty() && records.size() + controls.peekFirst().length < most) {
            records.writeBytes(controls.removeFirst());
        }
        Lane lane = opening.lane();
        Slice body = null;
        if (lane != null && carries() && !finishing && controls.isEmpty() && records.size() + ACK_ROOM < most) {
            body = lane.take(this, most - records.size() - ACK_ROOM);
            if (lane.received() > acked && (body != null || records.size() > 0 || ackAt <= now)) {
                acked = lane.received();
                ackAt = NEVER;
                records.writeBytes(new CarrierRecord.Ack(acked).encode());
            }
        }
        if (body != null) {
            records.writeBytes(CarrierRecord.dataHead(body.length()));
        }
        return records.size() == 0 ? null : new Output(records.toByteArray(), body);
    }

    /** An acknowledgement and the head of a record of data. */
    private static final int ACK_ROOM = 2 * CarrierRecord.HEAD + Long.BYTES;

    /** Whether {@link #next} would find something. */
    boolean hasOutput(long when) {
        Lane lane = opening.lane();
        return closed == null
                && (!controls.isEmpty()
                        || (carries() && lane != null && (lane.hasUnsent(this) || (ackAt <= when && lane.received() > acked))));
    }

    /** All that was to be written is written. */
    void flushed() {
        if (finishing && controls.isEmpty()) {
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
            finishing = false;
            close("nothing came for " + timing.silence() / 1_000_000 + " ms");
        } else if (!open && now - patience.since() >= patience.nanos()) {
            fault(patience.missing() + " in " + patience.nanos() / 1_000_000 + " ms");
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

    private void fault(String what) {
        fault = what;
        close(what);
    }

    /** When {@link #tick} or {@link #next} have something to do at the latest. */
    long due() {
        long own = Math.min(Math.min(pingAt, ackAt), heard + timing.silence());
        Opening.Patience patience = opening.patience(timing, began);
        return isOpen() ? own : Math.min(own, patience.since() + patience.nanos());
    }

    /** Gives the carrier up; a record that is to be the last still goes out. */
    void close(@Nullable String reason) {
        if (closed == null && !finishing) {
            closed = String.valueOf(reason);
            controls.clear();
            Lane lane = opening.lane();
            if (lane != null) {
                lane.lost(this, now);
            }
            wire.close();
        }
    }

    /** The connection has ended, however: that is loss. */
    void disconnected(String reason, long when) {
        now = when;
        finishing = false;
        close(reason);
    }
}
