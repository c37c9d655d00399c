package io.relaygate.tunnel;

/**
 * What a peer may do of something that costs it less than us: so much at once, and so much more in every second. Guarded
 * by the lane's lock.
 */
final class Allowance {

    private static final long SECOND = 1_000_000_000;

    private final long most;
    private final long perSecond;
    private long left;
    private long since;

    /**
     * A full allowance.
     *
     * @param most how much may come at once
     * @param perSecond how much more every second allows
     * @param now nanoseconds of a monotonic clock
     */
    Allowance(long most, long perSecond, long now) {
        this.most = most;
        this.perSecond = perSecond;
        this.left = most;
        this.since = now;
    }

    /** Records that do nothing: honest ends ask some times a second at the most whether the other is there, and answer. */
    static Allowance ofIdleRecords(long now) {
        return new Allowance(1000, 100, now);
    }

    /**
     * Sessions that come to nothing. Every second four times what a lane opens at its best, and at once, after a lane
     * was held up, more than all that it has.
     */
    static Allowance ofWastedSessions(long now) {
        return new Allowance(200_000, 20_000, now);
    }

    /** Takes one; false if nothing is left. */
    boolean take(long now) {
        if (left == 0) {
            // Far below the overflow: more than this fills it up anyway.
            long passed = Math.min(now - since, SECOND * (most / perSecond + 1));
            left = Math.min(most, passed * perSecond / SECOND);
            since = left > 0 ? now : since;
        }
        if (left <= 0) {
            return false;
        }
        left--;
        return true;
    }
}
