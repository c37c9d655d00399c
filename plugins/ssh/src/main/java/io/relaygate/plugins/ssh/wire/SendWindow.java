package io.relaygate.plugins.ssh.wire;

import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How much may be sent over a channel (RFC 4254 section 5.2). One thread takes, any may do the rest. */
public final class SendWindow {

    private static final long LARGEST = 0xffff_ffffL;

    private long left;
    private long packet = 1;
    private @Nullable IOException failure;
    private @Nullable Instant deadline;

    /**
     * What the peer has said when the channel was opened.
     *
     * @param window how many bytes
     * @param largest how many of them in one message
     */
    public synchronized void open(long window, long largest) {
        left = window;
        packet = Math.max(1, largest);
        notifyAll();
    }

    /** The peer lets so much more come. */
    public synchronized void widen(long more) {
        left = Math.min(LARGEST, left + more);
        notifyAll();
    }

    /**
     * Takes a part of the window; waits while there is none.
     *
     * @param wanted at least 1
     * @return how many bytes may be sent in one message now
     * @throws java.net.SocketTimeoutException if the deadline has passed
     * @throws IOException what {@link #fail} was told
     */
    public synchronized int take(int wanted) throws IOException {
        while (true) {
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            int part = (int) Math.min(Math.min(wanted, packet), left);
            if (part > 0) {
                left -= part;
                return part;
            }
            Monitor.pause(this, deadline, "the deadline of the connection has passed");
        }
    }

    /** Nothing can be sent any more; the first reason counts. */
    public synchronized void fail(IOException why) {
        if (failure == null) {
            failure = why;
            notifyAll();
        }
    }

    /** When taking fails, whether it waits already or will; null for never. */
    public synchronized void deadline(@Nullable Instant instant) {
        deadline = instant;
        notifyAll();
    }
}
