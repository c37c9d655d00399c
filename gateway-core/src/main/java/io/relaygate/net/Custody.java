package io.relaygate.net;

import java.net.SocketException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may work with buffers that have to be given back: one thread at a time, until any thread says that it is over.
 * Then they are given back at once or, while somebody works with them, when that thread leaves.
 */
final class Custody {

    private final ReentrantLock working = new ReentrantLock();
    private final Runnable giveBack;
    private final String gone;
    private volatile boolean over;

    /**
     * A custody that is not over.
     *
     * @param giveBack gives back whatever is held, and may find nothing
     * @param gone what is said to who comes afterwards
     */
    Custody(Runnable giveBack, String gone) {
        this.giveBack = giveBack;
        this.gone = gone;
    }

    /** Begins to work, after whoever does; {@link #leave} follows in every case but that of a failure. */
    void enter() throws SocketException {
        working.lock();
        if (over) {
            // Who ended it may have found the lock taken, by us, and left the buffers to us.
            leave();
            throw new SocketException(gone);
        }
    }

    /** Ends the work. */
    void leave() {
        boolean again;
        do {
            boolean seen = over;
            if (seen) {
                giveBack.run();
            }
            working.unlock();
            // An end that came between the check and the unlocking has found the lock taken.
            again = !seen && over && working.tryLock();
        } while (again);
    }

    /** Nobody may work with the buffers any more; never waits. */
    void end() {
        over = true;
        // Whoever ends it in the middle of the work still needs the buffers until it leaves.
        if (!working.isHeldByCurrentThread() && working.tryLock()) {
            leave();
        }
    }
}
