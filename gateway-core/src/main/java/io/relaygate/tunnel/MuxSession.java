package io.relaygate.tunnel;

import io.relaygate.net.Lease;
import io.relaygate.net.LeasingLink.Piece;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** One end of a session on a lane. Nothing here waits; {@link SessionLink} does. Guarded by the lane's lock. */
final class MuxSession {

    private final Mux mux;
    private final long id;
    private final Condition arrivals;
    private final Condition allowances;
    private final Outflow outgoing;
    private final Inflow incoming;
    private Phase phase = Phase.OPENING;
    /** Whether it never came to its process, and so has had no chance yet. */
    volatile boolean turnedBack;
    private boolean settled;
    private boolean finishSent;
    private boolean discarding;
    private @Nullable IOException failure;
    private final SessionTimes times;

    MuxSession(Mux mux, long id, int sendWindow, int window) {
        this.mux = mux;
        this.id = id;
        this.arrivals = mux.lane().lock.newCondition();
        this.allowances = mux.lane().lock.newCondition();
        this.outgoing = new Outflow(this, sendWindow);
        this.incoming = new Inflow(mux, window);
        this.times = new SessionTimes(mux);
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

    /** Signalled when there may be something to read. */
    Condition arrivals() {
        return arrivals;
    }

    /** Signalled when something may be offered. */
    Condition allowances() {
        return allowances;
    }

    /** The memory that is promised to its peer, in bytes. */
    int window() {
        return incoming.window();
    }

    SessionTimes times() {
        return times;
    }

    @Nullable IOException failure() {
        return failure;
    }

    /**
     * Takes some of the bytes for the lane; returns how many, 0 if there is no credit, no room or it is not the session's
     * turn: {@link #allowances} tells when to try again.
     *
     * @param lease if the array may be kept, which has room for a frame's head in front of the bytes; else null
     */
    int offer(@Nullable Lease lease, byte[] bytes, int offset, int length) throws IOException {
        requireSound();
        if (finishSent) {
            throw new SocketException("this direction of the session has ended");
        }
        return outgoing.offer(lease, bytes, offset, length);
    }

    /** Sends the first bytes of a session that was refused elsewhere; none if this one was meanwhile, as others will find. */
    void repeat(byte[] first, boolean ended) throws IOException {
        if (failure != null) {
            return;
        }
        if (first.length > 0) {
            outgoing.append(first);
        }
        if (ended && failure == null) {
            finish();
        }
    }

    /** Where it stands among those who append. */
    Turns.Place place() {
        return outgoing.place();
    }

    /** Ends this direction. */
    void finish() throws IOException {
        requireSound();
        if (!finishSent) {
            finishSent = true;
            mux.turns().over(this);
            allowances.signalAll();
            mux.say(Frame.FINISH, id, new byte[0]);
            mux.retireIfDone(this);
        }
    }

    /** Reads what is there: how many bytes, -1 at the end, 0 if nothing is there yet. */
    int poll(byte[] into, int offset, int length) throws IOException {
        return consumed(incoming.take(into, offset, length));
    }

    /** Reads what is there and lies side by side: null at the end, {@link Piece#NOTHING} if nothing is there yet. */
    @Nullable Piece poll() throws IOException {
        Piece piece = incoming.take();
        int n = consumed(piece == null ? 0 : piece.length());
        return piece != null ? piece : n < 0 ? null : Piece.NOTHING;
    }

    private int consumed(int n) throws IOException {
        if (n > 0) {
            incoming.promiseMore(id);
            mux.retireIfDone(this);
            return n;
        }
        requireSound();
        if (discarding) {
            throw new SocketException("the connection is closed");
        }
        return incoming.ended() ? -1 : 0;
    }

    /** Whether {@link #poll} would return something else than 0, or throw. */
    boolean readable() {
        return incoming.size() > 0 || incoming.ended() || failure != null;
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
            mux.say(Frame.ACCEPTED, id, times.accepted(mux.now()));
        }
    }

    void accepted(ByteBuffer body) {
        if (phase == Phase.OPENING) {
            times.heard(body);
            phase = Phase.ACCEPTED;
            settle();
            arrivals.signalAll();
        }
    }

    /** The site has turned the session away: what was sent may be sent elsewhere, so that must not have been used. */
    void refused(RefusedException why) throws ProtocolException {
        if (phase == Phase.ACCEPTED) {
            throw new ProtocolException("session " + id + " is refused after it was accepted");
        }
        fail(why);
    }

    /** Bytes have come, of an array that may be kept as it is if it comes with a lease. */
    void received(@Nullable Lease lease, byte[] bytes, int offset, int length) throws ProtocolException {
        if (!incoming.promised(length)) {
            throw new ProtocolException("session " + id + " sends more than it may");
        }
        if (incoming.ended()) {
            throw new ProtocolException("session " + id + " sends after its end");
        }
        if (discarding) {
            resetIfInsistent();
            return;
        }
        if (incoming.size() == 0) {
            arrivals.signalAll();
        }
        incoming.append(lease, bytes, offset, length);
    }

    void credited(long limit) {
        if (outgoing.credited(limit)) {
            allowances.signalAll();
        }
    }

    void finished() throws ProtocolException {
        if (incoming.ended()) {
            throw new ProtocolException("session " + id + " ends twice");
        }
        incoming.end();
        arrivals.signalAll();
        mux.retireIfDone(this);
    }

    /** The reader wants nothing any more. About a window is dropped yet: a reset at once would overtake what was said last (as with TCP, RFC 9112 section 9.6). */
    void discard() {
        discarding = true;
        incoming.clear();
        arrivals.signalAll();
        incoming.promiseMore(id);
        resetIfInsistent();
        mux.retireIfDone(this);
    }

    /** A peer that has used up what it may send would wait for credit that never comes. */
    private void resetIfInsistent() {
        if (incoming.usedUp()) {
            abort("the connection is closed");
        }
    }

    /** Ends it by a failure and tells the peer. */
    void abort(String reason) {
        if (phase != Phase.OVER && failure == null) {
            mux.say(Frame.RESET, id, new Body().text(reason).alone());
            fail(new SocketException("the session was aborted"));
        }
    }

    /** Its process is gone, or may be: a session of which the site has nothing but the opening is opened elsewhere. */
    void turnBack() {
        if (phase == Phase.OPENING && outgoing.isUnused() && !finishSent && failure == null) {
            turnedBack = true;
            mux.say(Frame.RESET, id, new Body().text("opened elsewhere").alone());
            fail(new RefusedException(RefusedException.Reason.BUSY, "the site gateway cannot be found"));
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
        return finishSent && incoming.ended();
    }

    void over() {
        if (phase != Phase.OVER) {
            if (mux.edge) {
                settle();
            }
            phase = Phase.OVER;
            times.waitsNoMore(mux);
            mux.retire(this, incoming.window());
            arrivals.signalAll();
            allowances.signalAll();
        }
    }

    void requireSound() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }
}
