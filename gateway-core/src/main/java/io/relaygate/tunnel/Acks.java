package io.relaygate.tunnel;

/** When a carrier says how much of the peer's stream is held: after some bytes, or after a while. Guarded by the lane's lock. */
final class Acks {

    static final long NEVER = Long.MAX_VALUE;

    private final Timing timing;
    private long told;
    private long toldAt;
    private long at = NEVER;

    /** On a carrier that begins now. */
    Acks(Timing timing, long now) {
        this.timing = timing;
        this.toldAt = now;
    }

    /**
     * So many bytes are held.
     *
     * @return whether the time of the next acknowledgement has changed
     */
    boolean held(long count, long now) {
        if (count <= told) {
            return false;
        }
        boolean many = count - told >= timing.ackBytes();
        long before = at;
        at = Math.min(at, many ? Math.max(now, toldAt + timing.ackSpacing()) : now + timing.ackDelay());
        return at != before;
    }

    /** Whether there is one to say, alone or, if something goes out anyway, early. */
    boolean due(long count, long now, boolean inCompany) {
        return count > told && (inCompany || at <= now);
    }

    /** The peer has been told, or will be with what is queued. */
    void told(long count, long now) {
        told = count;
        toldAt = now;
        at = NEVER;
    }

    /** When to look again, or {@link #NEVER}. */
    long at() {
        return at;
    }
}
