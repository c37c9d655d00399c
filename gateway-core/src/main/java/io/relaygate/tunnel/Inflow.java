package io.relaygate.tunnel;

import io.relaygate.net.Lease;
import io.relaygate.net.LeasingLink.Piece;
import org.jspecify.annotations.Nullable;

/** What a session has received and not read yet, and how much more was promised to be taken. Guarded by the lane's lock. */
final class Inflow {

    private static final int ROUND_TRIPS = 4;

    private final Mux mux;
    private final ByteQueue queue = new ByteQueue();
    private int window;
    private long promised;
    private long received;
    private long consumed;
    private long grantedAt;
    private boolean ended;

    /** With a window that was promised. */
    Inflow(Mux mux, int window) {
        this.mux = mux;
        this.window = window;
        this.promised = window;
        this.grantedAt = mux.now();
    }

    /** How much may be under way or unread; so much of the budget is taken. */
    int window() {
        return window;
    }

    /** How many bytes can be read. */
    int size() {
        return queue.size();
    }

    /** So many bytes have come; false if they were not promised to be taken. */
    boolean promised(int length) {
        received += length;
        return received <= promised;
    }

    /** Whether all that was promised has come, and not the end. */
    boolean usedUp() {
        return !ended && received == promised;
    }

    /** The peer has ended its direction. */
    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    void append(@Nullable Lease lease, byte[] bytes, int offset, int length) {
        if (lease == null) {
            queue.append(bytes, offset, length);
        } else {
            queue.append(lease, offset, length);
        }
    }

    int take(byte[] into, int offset, int length) {
        int n = queue.take(into, offset, length);
        consumed += n;
        return n;
    }

    @Nullable Piece take() {
        Piece piece = queue.take();
        consumed += piece == null ? 0 : piece.length();
        return piece;
    }

    /**
     * Promises more once a quarter of the window is used: with a half, what comes in bursts of a window gets half a window
     * each time. A window that does not last for four round trips is doubled, since a sender that waits for each promise
     * uses it up in a little more than one.
     */
    void promiseMore(long session) {
        if (ended || promised - consumed > window - window / 4) {
            return;
        }
        long now = mux.now();
        double used = (double) (consumed + window - promised) / window;
        boolean fast = now - grantedAt < ROUND_TRIPS * used * RoundTrip.of(mux.lane());
        grantedAt = now;
        if (fast && window < Mux.LARGEST_WINDOW && mux.budget().promise(window)) {
            window *= 2;
        }
        promised = consumed + window;
        mux.say(Frame.CREDIT, session, new Body().number(8, promised).alone());
    }

    /** Drops what is unread. */
    void clear() {
        consumed += queue.size();
        queue.clear();
    }
}
