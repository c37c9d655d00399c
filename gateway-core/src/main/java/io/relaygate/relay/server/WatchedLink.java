package io.relaygate.relay.server;

import io.relaygate.net.FilterLink;
import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A sender's connection that is watched while nobody reads from it: whoever leaves is noticed at once. The watch takes no
 * bytes; one who reads waits for it, since a link has one reader at a time. A watch ends when the sender says something, leaves,
 * or the link is closed: until then it stays for the next request.
 */
final class WatchedLink extends FilterLink {

    private final Threads threads;
    private @Nullable Runnable whenGone;
    private boolean watched;
    private boolean gone;

    WatchedLink(Link link, Threads threads) {
        super(link);
        this.threads = threads;
    }

    /**
     * Watches from now on; nobody may be reading.
     *
     * @param action is done once if the sender leaves before {@link #forget}, at once if it has; must not block
     */
    void watch(Runnable action) {
        boolean begins;
        boolean over;
        synchronized (this) {
            whenGone = action;
            over = gone;
            begins = !over && !watched;
            watched |= begins;
        }
        if (begins) {
            threads.start("relay-sender-watch", this::await);
        } else if (over) {
            left();
        }
    }

    /** Nobody needs to know any more. */
    synchronized void forget() {
        whenGone = null;
    }

    private void await() {
        boolean ended;
        try {
            under.awaitReadable(FOREVER);
            ended = !under.peek(1).hasRemaining();
        } catch (IOException e) {
            ended = true;
        }
        synchronized (this) {
            watched = false;
            gone = ended;
            notifyAll();
        }
        if (ended) {
            left();
        }
    }

    private void left() {
        Runnable action;
        synchronized (this) {
            action = whenGone;
            whenGone = null;
        }
        if (action != null) {
            action.run();
        }
    }

    /** Waits until nothing watches; false if the limit passed first. */
    private synchronized boolean alone(Duration limit) throws IOException {
        try {
            Instant end = limit.compareTo(HELD) < 0 ? Instant.now().plus(limit) : Instant.MAX;
            while (watched) {
                long left = end.equals(Instant.MAX) ? HELD.toMillis() : Duration.between(Instant.now(), end).toMillis();
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for bytes", e);
        }
    }

    @Override
    public boolean awaitReadable(Duration limit) throws IOException {
        return alone(limit) && super.awaitReadable(limit);
    }

    @Override
    public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        return alone(limit) ? super.read(into, offset, length, limit) : 0;
    }

    @Override
    public ByteBuffer peek(int n) throws IOException {
        alone(FOREVER);
        return super.peek(n);
    }
}
