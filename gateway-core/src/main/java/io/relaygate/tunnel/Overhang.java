package io.relaygate.tunnel;

/**
 * How far frames other than DATA, and the first bytes of sessions that were refused elsewhere, may go beyond what a lane
 * retains: they are not held up.
 */
final class Overhang {

    /** Only a peer that goes on without acknowledging anything gets there: half a million resets. */
    private static final long MOST = 16 * 1024 * 1024;

    private static final long MUCH = MOST / 4;

    private Overhang() {}

    /** So much that the lane should take no new sessions. */
    static boolean much(Lane lane) {
        return lane.retained() > lane.retentionCap + MUCH;
    }

    /** So much that the lane is not worth the memory. */
    static boolean tooMuch(Lane lane) {
        return lane.retained() > lane.retentionCap + MOST;
    }
}
