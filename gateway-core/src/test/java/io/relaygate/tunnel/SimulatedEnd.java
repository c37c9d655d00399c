package io.relaygate.tunnel;

import org.jspecify.annotations.Nullable;

/** One end of a simulated carrier: the real {@link Carrier}, and what {@link CarrierLoop} would do with it. */
final class SimulatedEnd implements Wire {

    private final SimulatedPipe in;
    private final SimulatedPipe out;
    private final Carrier carrier;
    private @Nullable Output writing;
    private boolean dead;

    SimulatedEnd(Opening opening, Timing timing, @Nullable Bits dialledFor, SimulatedPipe in, SimulatedPipe out, long now) {
        this.in = in;
        this.out = out;
        this.carrier = new Carrier(opening, timing, this, dialledFor, now);
    }

    Carrier carrier() {
        return carrier;
    }

    SimulatedPipe in() {
        return in;
    }

    boolean closed() {
        return carrier.closed() != null;
    }

    /** Nothing is left to do. */
    boolean over() {
        return closed() && writing == null;
    }

    /** Begins a write, whose bytes stay pinned until {@link #completeWrite}. */
    boolean beginWrite(int most, long now) {
        if (writing == null && !dead) {
            boolean promised = carrier.hasOutput(now);
            writing = carrier.next(most, now);
            if (promised && writing == null) {
                throw new AssertionError("a carrier has output and gives none");
            }
            return writing != null;
        }
        return false;
    }

    boolean completeWrite(long now) {
        Output output = writing;
        if (output == null || !(out.takes() || closed())) {
            return false;
        }
        writing = null;
        Retention.Slice body = output.body();
        if (!closed()) {
            out.write(output.records(), 0, output.records().length);
            if (body != null) {
                out.write(body.bytes(), body.offset(), body.length());
            }
        }
        if (body != null) {
            body.unpin();
        }
        if (closed()) {
            carrier.disconnected(CarrierLoss.FAILED, "closed while it was written", now);
        } else {
            carrier.flushed();
        }
        return true;
    }

    void write(long now) {
        beginWrite(SessionLink.WRITE, now);
        completeWrite(now);
    }

    void deliverAll(long now) {
        deliver(in.size(), now);
    }

    void deliver(int length, long now) {
        byte[] piece = in.read(length);
        if (!dead) {
            carrier.received(piece, 0, length, now);
        }
    }

    void tick(long now) {
        if (!dead) {
            carrier.tick(now);
        }
    }

    /** Notices that the connection is gone. */
    void disconnect(long now) {
        carrier.disconnected(CarrierLoss.FAILED, "the connection is gone", now);
    }

    /** The process of this end is killed. */
    void die(long now) {
        dead = true;
        disconnect(now);
        completeWrite(now);
    }

    @Override
    public void wake() {}

    @Override
    public void close() {
        out.end();
        in.cut(in.size());
    }
}
