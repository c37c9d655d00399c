package io.relaygate.plugins.ssh.client;

import io.relaygate.plugins.ssh.wire.Monitor;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a peer answers to something, once it does. Any thread. */
public final class Reply<T> {

    private @Nullable T answer;
    private @Nullable IOException failure;

    /** It has answered. */
    public synchronized void set(T said) {
        answer = said;
        notifyAll();
    }

    /** It will not answer any more. */
    public synchronized void fail(IOException why) {
        failure = why;
        notifyAll();
    }

    /** Whether it has answered, or will not. */
    public synchronized boolean isSettled() {
        return answer != null || failure != null;
    }

    /**
     * Waits for the answer.
     *
     * @throws java.net.SocketTimeoutException if there is none in time
     * @throws IOException if there will be none
     */
    public synchronized T await(Instant deadline, String passed) throws IOException {
        while (answer == null) {
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            Monitor.pause(this, deadline, passed);
        }
        return answer;
    }
}
