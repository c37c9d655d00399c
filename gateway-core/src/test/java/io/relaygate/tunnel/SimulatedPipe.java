package io.relaygate.tunnel;

import java.util.Arrays;

/** One direction of a simulated carrier: bytes under way, which can be held up, cut off and lost. */
final class SimulatedPipe {

    private static final int ROOM = 96 * 1024;

    private byte[] bytes = new byte[1024];
    private int from;
    private int to;
    private long written;
    private long losesFrom = Long.MAX_VALUE;
    private long frozenUntil;
    private boolean stalled;
    private boolean ended;
    private boolean silent;

    int size() {
        return to - from;
    }

    /** Whether a write would return now. */
    boolean takes() {
        return !stalled && (size() < ROOM || lost());
    }

    boolean deliverable(long now) {
        return size() > 0 && now >= frozenUntil;
    }

    /** Whether the reader can learn that nothing comes any more. */
    boolean atEnd(long now) {
        return (ended || lost()) && !silent && size() == 0 && now >= frozenUntil;
    }

    boolean lost() {
        return written >= losesFrom;
    }

    void write(byte[] source, int offset, int length) {
        int kept = (int) Math.max(0, Math.min(length, losesFrom - written));
        written += length;
        if (ended || kept == 0) {
            return;
        }
        if (to + kept > bytes.length) {
            bytes = Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), Math.max(bytes.length, 2 * (size() + kept)));
            to -= from;
            from = 0;
        }
        System.arraycopy(source, offset, bytes, to, kept);
        to += kept;
    }

    byte[] read(int length) {
        byte[] piece = Arrays.copyOfRange(bytes, from, from + length);
        from += length;
        return piece;
    }

    /** Everything from so many bytes under way on is lost, and what is written later. */
    void cut(int kept) {
        to = Math.min(to, from + kept);
        losesFrom = Math.min(losesFrom, written);
    }

    /** Everything from some byte on will be lost. */
    void doom(long position) {
        losesFrom = position;
    }

    void freeze(long until) {
        frozenUntil = until;
    }

    /** Writes do not return any more. */
    void stall() {
        stalled = true;
    }

    /** The writer has closed. */
    void end() {
        ended = true;
    }

    /** The reader does not learn of the end. */
    void silence() {
        silent = true;
    }
}
