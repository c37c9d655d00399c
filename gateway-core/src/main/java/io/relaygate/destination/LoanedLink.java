package io.relaygate.destination;

import io.relaygate.net.Link;
import io.relaygate.net.LookAheadLink;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A pooled connection while somebody has it: after that it is closed for whoever had it, and the connection itself lives on. */
final class LoanedLink extends LookAheadLink implements Loan {

    private final Link pooled;
    private final Consumer<Link> home;
    private final Runnable dirty;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean finished;
    private volatile boolean returned;

    /**
     * Lends a connection.
     *
     * @param home takes it when it is given back and can be used again
     * @param dirty is told when it was given back and had to be closed
     */
    LoanedLink(Link pooled, Consumer<Link> home, Runnable dirty) {
        this.pooled = pooled;
        this.home = home;
        this.dirty = dirty;
    }

    /** Whether a connection is open, and nothing of an answer that nobody has read comes on it. */
    static boolean isQuiet(Link link) {
        try {
            return !link.awaitReadable(Duration.ZERO);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void giveBack() {
        returned = !finished && calls.get() == 0 && available() == 0 && isOpen() && isQuiet(pooled);
        close();
        if (returned) {
            home.accept(pooled);
        } else {
            dirty.run();
        }
    }

    private boolean isOpen() {
        try {
            requireOpen();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    protected int receive(byte[] into, int offset, int length, Duration limit) throws IOException {
        calls.incrementAndGet();
        try {
            return pooled.read(into, offset, length, limit);
        } finally {
            calls.decrementAndGet();
        }
    }

    @Override
    protected boolean await(Duration limit) throws IOException {
        calls.incrementAndGet();
        try {
            return pooled.awaitReadable(limit);
        } finally {
            calls.decrementAndGet();
        }
    }

    @Override
    protected void send(byte[] bytes, int offset, int length) throws IOException {
        calls.incrementAndGet();
        try {
            pooled.out().write(bytes, offset, length);
        } finally {
            calls.decrementAndGet();
        }
    }

    @Override
    protected void send(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        calls.incrementAndGet();
        try {
            pooled.write(head, bytes, offset, length);
        } finally {
            calls.decrementAndGet();
        }
    }

    @Override
    public int writeSize() {
        return pooled.writeSize();
    }

    @Override
    public boolean canFinish() {
        return pooled.canFinish();
    }

    @Override
    protected void sendEnd() throws IOException {
        finished = true;
        pooled.finish();
    }

    @Override
    protected void shut() {
        if (!returned) {
            pooled.close();
        }
    }

    @Override
    protected void drop() {
        if (!returned) {
            pooled.abort();
        }
    }
}
