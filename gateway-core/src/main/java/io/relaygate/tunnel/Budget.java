package io.relaygate.tunnel;

import java.util.concurrent.atomic.AtomicLong;

/** Memory that has been promised to peers, for the whole process; a promise is kept until its session is over. Any thread. */
public final class Budget {

    private final long most;
    private final AtomicLong promised = new AtomicLong();

    /** A budget of so many bytes. */
    public Budget(long most) {
        this.most = most;
    }

    /** A quarter of the memory that the process may have. */
    public static Budget ofProcess() {
        return new Budget(Runtime.getRuntime().maxMemory() / 4);
    }

    /** Promises some bytes; false if they are not to be had. */
    boolean promise(long bytes) {
        if (promised.addAndGet(bytes) <= most) {
            return true;
        }
        promised.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        promised.addAndGet(-bytes);
    }

    /** How many bytes may be promised. */
    public long most() {
        return most;
    }

    /** How many bytes are promised now. */
    public long promised() {
        return promised.get();
    }
}
