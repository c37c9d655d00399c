package io.relaygate.net;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A link that takes and gives whole arrays of bytes where others copy them. */
public interface LeasingLink extends Link {

    /** Where in an array the bytes begin that {@link #write(Lease, int)} takes: before them the link puts its own. */
    int HEADROOM = 32;

    /** How many bytes are worth an array of the pool of their own. */
    int WORTHWHILE = Buffers.PAYLOAD / 2;

    /**
     * Bytes that were read; whoever has read them releases the lease once.
     *
     * @param length 0 for {@link #NOTHING} only
     */
    record Piece(Lease lease, int offset, int length) {

        /** No bytes. */
        public static final Piece NOTHING = new Piece(Lease.small(0), 0, 0);
    }

    /**
     * Writes the bytes from {@link #HEADROOM} on. Afterwards the lease may be {@linkplain Lease#shared() shared} with the
     * link.
     */
    void write(Lease lease, int length) throws IOException;

    /**
     * Reads as {@link #read} does.
     *
     * @return null at the end, and a piece of no length if the limit passed first
     */
    @Nullable Piece next(Duration limit) throws IOException;
}
