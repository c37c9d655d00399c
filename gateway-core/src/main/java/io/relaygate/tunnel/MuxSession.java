package io.relaygate.tunnel;

import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * One end of a session on a lane. Nothing here waits; {@link SessionLink} does. Guarded by the lane's lock.
 */
final class MuxSession {

    /** How far the opening is. */
    enum Phase {
        OPENING,
        ACCEPTED,
        OVER
    }

    private final Mux mux;
    private final long id;
    private final Condition changed;
    private final ByteQueue incoming = new ByteQueue();
    private Phase phase = Phase.OPENING;
    private boolean settled;
    private long sendLimit;
    private long sent;
    private boolean finishSent;
    private boolean finishReceived;
    private boolean discarding;
    private long received;
    private long consumed;
    private long promised;
    private int window;
    private long creditAt;
    private @Nullable IOException failure;

    MuxSession(Mux mux, long id, int sendWindow, int window) {
        this.mux = mux;
        this.id = id;
        this.changed = mux.lane().lock.newCondition();
        this.sendLimit = sendWindow;
        this.promised = window;
        this.window = window;
    }

    long id() {
        return id;
    }

    Mux mux() {
        return mux;
    }

    Phase phase() {
        return phase;
    }

    /** Signalled whenever something has changed that somebody may wait for. */
    Condition changed() {
        return changed;
    }

    @Nullable IOException failure() {
        return failure;
    }

    /** Takes some of the bytes for the lane; returns how many, 0 if there is no credit or no room. */
    int offer(byte[] bytes, int offset, int length) throws IOException {
        requireSending();
        int n = (int) Math.min(Math.min(length, sendLimit - sent), mux.turns().room());
        if (n <= 0) {
            return 0;
        }
        sent += n;
        mux.lane().append(Frame.head(Frame.DATA, n, id), bytes, offset, n);
        return n;
    }

    /** Sends the first bytes of a session that was refused elsewhere, for which there is always room. */
    void repeat(byte[] first, boolean ended) throws IOException {
        if (first.length > 0) {
            sent += first.length;
            mux.lane().append(Frame.head(Frame.DATA, first.length, id), first, 0, first.length);
        }
        if (ended) {
            finish();
        }
    }

    /** Whether {@link #offer} would take something. */
    boolean hasCredit() {
        return sent < sendLimit;
    }

    /** Queues for a turn to send; whoever has no credit, or nothing to send any more, takes no turn from others. */
    void awaitTurn() throws IOException {
        requireSending();
        if (hasCredit()) {
            mux.turns().await(this);
        }
    }

    private void requireSending() throws IOException {
        requireSound();
        if (finishSent) {
            throw new SocketException("this direction of the session has ended");
        }
    }

    /** Ends this direction. */
    void finish() throws IOException {
        requireSound();
        if (!finishSent) {
            finishSent = true;
            mux.turns().over(this);
            mux.say(Frame.FINISH, id, new byte[0]);
            mux.retireIfDone(this);
        }
    }

    /** Reads what is there: how many bytes, -1 at the end, 0 if nothing is there yet. */
    int poll(byte[] into, int offset, int length) throws IOException {
        int n = incoming.take(into, offset, length);
        if (n > 0) {
            consumed += n;
            grantMore();
            mux.retireIfDone(this);
            return n;
        }
        requireSound();
        if (discarding) {
            throw new SocketException("the connection is closed");
        }
        return finishReceived ? -1 : 0;
    }

    /** Whether {@link #poll} would return something else than 0, or throw. */
    boolean readable() {
        return incoming.size() > 0 || finishReceived || failure != null;
    }

    /** Sends credit once half of the window is used; a window that is used up within a round trip or two doubles. */
    private void grantMore() {
        if (finishReceived || failure != null || promised - consumed > window / 2) {
            return;
        }
        long now = mux.now();
        boolean fast = now - creditAt < 2 * RoundTrip.of(mux.lane());
        creditAt = now;
        if (fast && window < Mux.LARGEST_WINDOW && mux.budget().promise(window)) {
            window *= 2;
        }
        promised = consumed + window;
        mux.say(Frame.CREDIT, id, new Body().number(8, promised).alone());
    }

    /**
     * The session is being opened no more. A site has that only from whoever opens it there: an edge that takes sessions
     * back as fast as it opens them must not have more and more of them under way.
     */
    void settle() {
        if (!settled) {
            settled = true;
            mux.openingOver();
        }
    }

    /** The session is connected; site: says so. */
    void accept() throws IOException {
        settle();
        requireSound();
        if (phase == Phase.OPENING) {
            phase = Phase.ACCEPTED;
            mux.say(Frame.ACCEPTED, id, new byte[0]);
        }
    }

    void accepted() {
        if (phase == Phase.OPENING) {
            phase = Phase.ACCEPTED;
            settle();
            changed.signalAll();
        }
    }

    /** The site has turned the session away: what was sent may be sent elsewhere, so that must not have been used. */
    void refused(RefusedException why) throws ProtocolException {
        if (phase == Phase.ACCEPTED) {
            throw new ProtocolException("session " + id + " is refused after it was accepted");
        }
        fail(why);
    }

    void received(byte[] bytes, int offset, int length) throws ProtocolException {
        received += length;
        if (received > promised) {
            throw new ProtocolException("session " + id + " sends more than it may");
        }
        if (finishReceived) {
            throw new ProtocolException("session " + id + " sends after its end");
        }
        if (discarding) {
            abort("the connection is closed");
            return;
        }
        boolean wasEmpty = incoming.size() == 0;
        incoming.append(bytes, offset, length);
        if (wasEmpty) {
            changed.signalAll();
        }
    }

    void credited(long limit) {
        if (limit > sendLimit) {
            sendLimit = limit;
            changed.signalAll();
        }
    }

    void finished() throws ProtocolException {
        if (finishReceived) {
            throw new ProtocolException("session " + id + " ends twice");
        }
        finishReceived = true;
        changed.signalAll();
        mux.retireIfDone(this);
    }

    /** The reader wants nothing any more. */
    void discard() {
        discarding = true;
        incoming.clear();
        changed.signalAll();
        if (received == promised && !finishReceived) {
            // The peer cannot send the byte that would tell it, and waits for credit that never comes.
            abort("the connection is closed");
        }
        mux.retireIfDone(this);
    }

    /** Ends the session by a failure and tells the peer. */
    void abort(String reason) {
        if (phase != Phase.OVER && failure == null) {
            mux.say(Frame.RESET, id, new Body().text(reason).alone());
            fail(new SocketException("the session was aborted"));
        }
    }

    /** Turns the session away; site only, before it was accepted. */
    void refuse(String reason, String message) {
        settle();
        if (phase == Phase.OPENING && failure == null) {
            mux.say(Frame.REFUSED, id, Refused.encode(reason, message));
            fail(new SocketException("the session was refused"));
        }
    }

    /** The session is over by a failure; what was not read is lost. */
    void fail(IOException why) {
        if (failure == null && phase != Phase.OVER) {
            failure = why;
            incoming.clear();
            over();
        }
    }

    /** Both directions have ended and everything is read. */
    boolean done() {
        return complete() && incoming.size() == 0;
    }

    /** Both directions have ended; there may be something to read yet. */
    boolean complete() {
        return finishSent && finishReceived;
    }

    void over() {
        if (phase != Phase.OVER) {
            if (mux.edge) {
                settle();
            }
            phase = Phase.OVER;
            mux.retire(this, window);
            changed.signalAll();
        }
    }

    void requireSound() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }
}
