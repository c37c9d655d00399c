package io.relaygate.net;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Receiving with a time limit where the source has no such thing, as a Unix domain socket: a virtual thread receives
 * a little, and whoever waits waits for the thread. A receive that outlasts its wait goes on; the next call finds
 * what it brought. Without a limit nothing of this is used.
 */
final class TimedReceiver {

    /** Blocking receive, as {@link java.io.InputStream#read(byte[], int, int)}. */
    interface Source {
        int receive(byte[] into, int offset, int length) throws IOException;
    }

    private static final int SMALL = 1024;

    private final Source source;
    private byte[] arrived = {};
    private int from;
    private int to;
    private boolean atEnd;
    private boolean running;
    private @Nullable IOException failure;

    TimedReceiver(Source source) {
        this.source = source;
    }

    /** As {@link LookAheadLink#receive}. */
    int receive(byte[] into, int offset, int length, Duration limit) throws IOException {
        synchronized (this) {
            if (!Wait.isForever(limit) && idle()) {
                running = true;
                Threads.startVirtual("unix-receive", this::receiveAhead);
            }
            if (!waitForThread(limit)) {
                return 0;
            }
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            if (atEnd) {
                return -1;
            }
            if (from < to) {
                int n = Math.min(length, to - from);
                System.arraycopy(arrived, from, into, offset, n);
                from += n;
                return n;
            }
        }
        return source.receive(into, offset, length);
    }

    private boolean idle() {
        return !running && failure == null && !atEnd && from == to;
    }

    private synchronized void receiveAheadDone(byte[] small, int n, @Nullable IOException problem) {
        arrived = small;
        from = 0;
        to = Math.max(n, 0);
        atEnd = n < 0 && problem == null;
        failure = problem;
        running = false;
        notifyAll();
    }

    private void receiveAhead() {
        byte[] small = new byte[SMALL];
        try {
            receiveAheadDone(small, source.receive(small, 0, SMALL), null);
        } catch (IOException e) {
            receiveAheadDone(small, -1, e);
        }
    }

    private boolean waitForThread(Duration limit) throws IOException {
        Wait wait = new Wait(limit);
        try {
            while (running) {
                if (wait.over()) {
                    return false;
                }
                wait.on(this);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for bytes", e);
        }
    }
}
