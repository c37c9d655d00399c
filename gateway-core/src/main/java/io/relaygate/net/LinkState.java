package io.relaygate.net;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/** How a link stands between open and over, by what this side did to it, and what is to be done when it is over. Any thread. */
final class LinkState {

    /** How it stands. */
    enum Phase {
        OPEN,
        /** A close goes on. */
        CLOSING,
        CLOSED,
        ABORTED,
        EXPIRED
    }

    private volatile Phase phase = Phase.OPEN;
    private @Nullable Runnable last;

    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    /** Leaves the open phase, or a close that goes on: once that is over, no abort may overtake what was said. */
    synchronized boolean leave(Phase next) {
        boolean leaves = phase == Phase.OPEN
                || (phase == Phase.CLOSING && (next == Phase.ABORTED || next == Phase.CLOSED));
        phase = leaves ? next : phase;
        return leaves;
    }

    /** Does something when the link is over, at once if it is. */
    void whenOver(Runnable action) {
        synchronized (this) {
            if (isOpen()) {
                Runnable before = last;
                last = before == null ? action : () -> {
                    before.run();
                    action.run();
                };
                return;
            }
        }
        action.run();
    }

    /** The link is over. */
    void over() {
        Runnable action;
        synchronized (this) {
            action = last;
            last = null;
        }
        if (action != null) {
            action.run();
        }
    }

    /** Throws unless the link is open. */
    void requireOpen() throws IOException {
        switch (phase) {
            case OPEN -> {}
            case CLOSING, CLOSED -> throw new SocketException("the connection is closed");
            case ABORTED -> throw new SocketException("the connection was aborted");
            case EXPIRED -> throw new SocketTimeoutException("the connection's deadline has passed");
        }
    }

    /** The failure as the caller should see it: what this side did to the link wins over how a call noticed. */
    IOException explained(IOException failure) {
        try {
            requireOpen();
            return failure;
        } catch (IOException told) {
            told.addSuppressed(failure);
            return told;
        }
    }
}
