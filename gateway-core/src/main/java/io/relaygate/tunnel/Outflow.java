package io.relaygate.tunnel;

import io.relaygate.net.Lease;
import io.relaygate.net.LeasingLink;
import org.jspecify.annotations.Nullable;

/** What a session has sent, and how much more it may. Guarded by the lane's lock. */
final class Outflow {

    private final MuxSession session;
    private final Turns.Place place;
    private long limit;
    private long sent;

    Outflow(MuxSession session, long limit) {
        this.session = session;
        this.place = session.mux().turns().place();
        this.limit = limit;
    }

    /** Where it stands among those who append. */
    Turns.Place place() {
        return place;
    }

    /** Whether nothing was sent. */
    boolean isUnused() {
        return sent == 0;
    }

    /** More may be sent; false if not. */
    boolean credited(long newLimit) {
        boolean more = newLimit > limit;
        limit = Math.max(limit, newLimit);
        return more;
    }

    /** As {@link MuxSession#offer}. */
    int offer(@Nullable Lease lease, byte[] bytes, int offset, int length) {
        Mux mux = session.mux();
        int n = mux.turns().grant(session, Math.min(length, limit - sent));
        if (n <= 0) {
            session.times().waits(mux, sent >= limit);
            return 0;
        }
        sent += n;
        session.times().waitsNoMore(mux);
        byte[] head = Frame.head(Frame.DATA, n, session.id());
        if (lease != null && n == length && n >= LeasingLink.WORTHWHILE) {
            System.arraycopy(head, 0, bytes, offset - head.length, head.length);
            mux.lane().append(lease, offset - head.length, head.length + n);
        } else {
            mux.lane().append(head, bytes, offset, n);
        }
        return n;
    }

    /** Appends bytes for which there is always room. */
    void append(byte[] bytes) {
        sent += bytes.length;
        session.mux().lane().append(Frame.head(Frame.DATA, bytes.length, session.id()), bytes, 0, bytes.length);
    }
}
