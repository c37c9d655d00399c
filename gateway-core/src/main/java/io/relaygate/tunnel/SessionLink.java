package io.relaygate.tunnel;

import io.relaygate.net.Buffers;
import io.relaygate.net.Lease;
import io.relaygate.net.LeasingLink;
import io.relaygate.net.Link;
import io.relaygate.net.LookAheadLink;
import io.relaygate.sdk.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A session as a connection. At the edge it can be used before the site has accepted it: its first bytes are kept until
 * then, and a site that is too busy is replaced by another without anybody noticing.
 */
final class SessionLink extends LookAheadLink implements LeasingLink, Accepting {

    /** The largest write that is one frame in one record in one message of the relay. */
    static final int WRITE = Buffers.PAYLOAD - 64;

    /** Sends what was appended to a lane. */
    interface Flusher {
        /**
         * Called with the lane's lock held.
         *
         * @param here whether the calling thread may write, and wait
         */
        void flush(Lane lane, boolean here);
    }

    /** Opens a session that was refused elsewhere. */
    interface Elsewhere {
        /**
         * Opens it anew.
         *
         * @throws IOException why not, which is then why the session fails
         */
        MuxSession open(RefusedException why) throws IOException;
    }

    private final Flusher flusher;
    private final @Nullable Elsewhere elsewhere;
    private volatile MuxSession session;
    private @Nullable ByteArrayOutputStream early;
    private boolean finished;
    private volatile boolean over;

    /**
     * A session as a link.
     *
     * @param elsewhere at the edge, what opens it anew; null at the site
     */
    SessionLink(MuxSession session, Flusher flusher, @Nullable Elsewhere elsewhere) {
        this.session = session;
        this.flusher = flusher;
        this.elsewhere = elsewhere;
        this.early = elsewhere == null ? null : new ByteArrayOutputStream(0);
    }

    /** One step on the session, with the lane's lock held. */
    private interface Step {
        /** How far it came; 0 for nothing yet. */
        int take(MuxSession now) throws IOException;
    }

    /** Repeats a step until it comes somewhere, waiting in between; goes elsewhere with a session that was refused. */
    private int until(Duration limit, boolean sends, Step step) throws IOException {
        boolean forever = limit.compareTo(HELD) >= 0;
        long end = forever ? 0 : System.nanoTime() + limit.toNanos();
        while (true) {
            MuxSession now = session;
            ReentrantLock lock = now.mux().lane().lock;
            RefusedException refused = null;
            lock.lock();
            try {
                int n = step.take(now);
                if (n != 0) {
                    flusher.flush(now.mux().lane(), true);
                    return n;
                }
                if (!waitFor(sends ? now.allowances() : now.arrivals(), forever, end)) {
                    return 0;
                }
            } catch (RefusedException e) {
                refused = e;
            } catch (IOException e) {
                now.mux().turns().over(now);
                throw e;
            } finally {
                lock.unlock();
            }
            if (refused != null) {
                goElsewhere(now, refused);
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // The caller loops.
    private static boolean waitFor(Condition condition, boolean forever, long end) {
        if (forever) {
            condition.awaitUninterruptibly();
            return true;
        }
        long left = end - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        try {
            condition.awaitNanos(left);
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }

    private synchronized void goElsewhere(MuxSession from, RefusedException why) throws IOException {
        if (session != from) {
            return;
        }
        ByteArrayOutputStream kept = early;
        if (elsewhere == null || kept == null || why.reason() != RefusedException.Reason.BUSY) {
            throw why;
        }
        MuxSession next = elsewhere.open(why);
        ReentrantLock lock = next.mux().lane().lock;
        lock.lock();
        try {
            next.repeat(kept.toByteArray(), finished);
            session = next;
            if (over) {
                next.abort("closed before it was opened");
            }
            flusher.flush(next.mux().lane(), true);
        } finally {
            lock.unlock();
        }
    }

    @Override
    protected int receive(byte[] into, int offset, int length, Duration limit) throws IOException {
        return until(limit, false, now -> {
            int n = now.poll(into, offset, length);
            keep(now, into, offset, 0);
            return n;
        });
    }

    @Override
    public @Nullable Piece next(Duration limit) throws IOException {
        if (available() > 0) {
            Lease ahead = Lease.small(available());
            return new Piece(ahead, 0, read(ahead.bytes(), 0, ahead.bytes().length, limit));
        }
        requireOpen();
        Piece[] piece = {null};
        try {
            until(limit, false, now -> {
                piece[0] = now.poll();
                keep(now, new byte[0], 0, 0);
                return piece[0] == null ? -1 : piece[0].length();
            });
        } catch (IOException e) {
            throw explained(e);
        }
        return piece[0];
    }

    @Override
    public void write(Lease lease, int length) throws IOException {
        requireOpen();
        try {
            sendAll(lease, lease.bytes(), HEADROOM, length);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    protected boolean await(Duration limit) throws IOException {
        return until(limit, false, now -> now.readable() ? 1 : 0) != 0;
    }

    @Override
    protected void send(byte[] bytes, int offset, int length) throws IOException {
        sendAll(null, bytes, offset, length);
    }

    private void sendAll(@Nullable Lease lease, byte[] bytes, int offset, int length) throws IOException {
        int[] done = {0};
        while (done[0] < length) {
            until(FOREVER, true, now -> {
                // In front of bytes that may be under way there is no room for a head.
                Lease whole = done[0] == 0 ? lease : null;
                int n = now.offer(whole, bytes, offset + done[0], Math.min(WRITE, length - done[0]));
                keep(now, bytes, offset + done[0], n);
                done[0] += n;
                return n;
            });
        }
    }

    private void keep(MuxSession now, byte[] bytes, int offset, int length) {
        if (now.phase() == Phase.ACCEPTED) {
            early = null;
        } else if (early != null && length > 0) {
            early.write(bytes, offset, length);
        }
    }

    @Override
    public int writeSize() {
        return WRITE;
    }

    @Override
    public boolean canFinish() {
        return true;
    }

    @Override
    protected void sendEnd() throws IOException {
        until(FOREVER, true, now -> {
            now.finish();
            finished = true;
            return 1;
        });
    }

    @Override
    public @Nullable Duration awaitAccepted(Duration limit) throws IOException {
        int accepted = until(limit, false, now -> {
            now.requireSound();
            return now.phase() == Phase.OPENING ? 0 : 1;
        });
        if (accepted == 0) {
            throw new SocketTimeoutException("the site has not answered in time");
        }
        MuxSession now = session;
        ReentrantLock lock = now.mux().lane().lock;
        lock.lock();
        try {
            return now.times().siteTook();
        } finally {
            lock.unlock();
        }
    }

    /** Accepts the session; site only. */
    void accept() throws IOException {
        until(FOREVER, true, now -> {
            now.accept();
            return 1;
        });
    }

    @Override
    protected void shut() {
        locked(now -> {
            now.finish();
            now.discard();
        });
    }

    @Override
    protected void drop() {
        locked(now -> now.abort("aborted by the other end"));
    }

    /** What ends the session. */
    private interface Action {
        void on(MuxSession now) throws IOException;
    }

    private void locked(Action action) {
        over = true;
        MuxSession now = session;
        Lane lane = now.mux().lane();
        lane.lock.lock();
        try {
            action.on(now);
            flusher.flush(lane, false);
        } catch (IOException e) {
            // It is over already.
        } finally {
            lane.lock.unlock();
        }
    }
}
