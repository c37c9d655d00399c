package io.relaygate.net;

import io.relaygate.net.LeasingLink.Piece;
import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads a piece here and writes it there, with an array of the pool in between that one of the two may provide or keep.
 * Holds none while a read finds nothing. One thread.
 */
final class Piecewise implements AutoCloseable {

    private final Connection from;
    private final Connection to;
    private final int size;
    private final int offset;
    private @Nullable Lease own;
    private @Nullable Piece piece;

    Piecewise(Connection from, Connection to, int size) {
        this.from = from;
        this.to = to;
        this.size = size;
        this.offset = to instanceof LeasingLink ? LeasingLink.HEADROOM : 0;
    }

    /** How many bytes were read, -1 at the end, 0 if the limit passed first. */
    int read(Duration limit) throws IOException {
        if (from instanceof LeasingLink giver) {
            Piece next = giver.next(limit);
            piece = next;
            return next == null ? -1 : next.length();
        }
        Lease lease = own;
        if (lease == null) {
            lease = Lease.take();
            own = lease;
        }
        int n = from.read(lease.bytes(), offset, size, limit);
        if (n > 0) {
            piece = new Piece(lease, offset, n);
        } else {
            close();
        }
        return n;
    }

    /** Writes what was read last. */
    void write() throws IOException {
        Piece what = piece;
        if (what == null) {
            throw new IllegalStateException("nothing was read");
        }
        piece = null;
        Lease lease = what.lease();
        boolean given = lease != own;
        try {
            if (to instanceof LeasingLink taker && !given) {
                taker.write(lease, what.length());
            } else {
                to.out().write(lease.bytes(), what.offset(), what.length());
            }
        } finally {
            if (given) {
                lease.release();
            } else if (lease.shared()) {
                close();
            }
        }
    }

    /** Gives the array back. */
    @Override
    public void close() {
        if (own != null) {
            own.release();
            own = null;
        }
    }
}
