package io.relaygate.tunnel;

import io.relaygate.net.Lease;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.SocketException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One end of the sessions on a lane, which it believes to be perfect ({@code docs/tunnel.md}, sessions). Guarded by the
 * lane's lock; nothing here waits.
 */
final class Mux implements Upper, FrameParser.Sink {

    /** What a session may send before it has credit. */
    static final int FIRST_WINDOW = 32 * 1024;

    static final int LARGEST_WINDOW = 16 * 1024 * 1024;

    private final Lane lane;
    final boolean edge;
    private final Budget budget;
    private final LongSupplier clock;
    private final MuxHost host;
    private final FrameParser parser = new FrameParser();
    private final Map<Long, MuxSession> sessions = new HashMap<>();
    private final Turns turns;
    private final Condition stateChanged;
    private final Openings openings;
    private long lastId;
    /** Where the stream is behind the last FINISH. */
    private long lastFinish;
    private boolean leaving;
    private boolean peerLeaves;
    private @Nullable Lease arriving;

    Mux(Lane lane, Budget budget, LongSupplier clock, MuxHost host) {
        this.lane = lane;
        this.edge = lane instanceof EdgeLane;
        this.budget = budget;
        this.clock = clock;
        this.host = host;
        this.openings = new Openings(clock.getAsLong());
        this.turns = new Turns(lane, clock);
        this.stateChanged = lane.lock.newCondition();
        lane.carry(this);
    }

    Lane lane() {
        return lane;
    }

    Budget budget() {
        return budget;
    }

    long now() {
        return clock.getAsLong();
    }

    /** Signalled when the lane's state has changed. */
    Condition stateChanged() {
        return stateChanged;
    }

    Collection<MuxSession> sessions() {
        return List.copyOf(sessions.values());
    }

    @Override
    public int count() {
        return sessions.size();
    }

    /** Whether new sessions may be opened. */
    boolean opens() {
        return lane.live() && !leaving && !peerLeaves && !openings.full() && !Overhang.much(lane);
    }

    boolean peerLeaves() {
        return peerLeaves;
    }

    /** Opens a session; its first bytes may follow at once. Edge only. */
    MuxSession open(Open what) throws RefusedException {
        if (!opens()) {
            throw new RefusedException(Reason.BUSY, "the lane takes no new sessions");
        }
        if (!budget.promise(FIRST_WINDOW)) {
            throw new RefusedException(Reason.BUSY, "this gateway has no memory left for new sessions");
        }
        MuxSession session = new MuxSession(this, ++lastId, lane.peerWindow(), FIRST_WINDOW);
        sessions.put(session.id(), session);
        openings.begun();
        say(Frame.OPEN, session.id(), what.encode(FIRST_WINDOW));
        return session;
    }

    /** Who appends when. */
    Turns turns() {
        return turns;
    }

    /** Appends a frame that is not DATA; there is always room for these. Whoever calls sees to it that it is sent. */
    void say(int type, long session, byte[] body) {
        lane.append(Frame.head(type, body.length, session), body, 0, body.length);
        lastFinish = type == Frame.FINISH ? lane.appended() : lastFinish;
        if (Overhang.tooMuch(lane)) {
            lane.fail("the peer acknowledges nothing");
        }
    }

    /** A session is being opened no more. */
    void openingOver() {
        boolean wasFull = openings.full();
        openings.over();
        if (wasFull) {
            host.changed();
        }
    }

    /** Opens, or takes, no new sessions any more; the lane ends with its last one. */
    @Override
    public void leave() {
        if (!leaving && !lane.over()) {
            leaving = true;
            say(Frame.GOAWAY, 0, new byte[0]);
        }
    }

    @Override
    public boolean finished() {
        return leaving && peerLeaves && sessions.isEmpty() && lane.retained() == 0;
    }

    /** Whether the peer may not hold yet all that a session has said. */
    boolean owes() {
        return lane.appended() - lane.retained() < lastFinish;
    }

    void retireIfDone(MuxSession session) {
        if (session.done()) {
            session.over();
        }
    }

    void retire(MuxSession session, int window) {
        if (sessions.remove(session.id()) != null) {
            budget.giveBack(window);
        }
        turns.over(session);
        if (sessions.isEmpty()) {
            host.changed();
        }
    }

    @Override
    public void received(@Nullable Lease lease, byte[] bytes, int offset, int length) {
        arriving = lease;
        try {
            parser.feed(bytes, offset, length, this);
        } catch (ProtocolException e) {
            lane.fail(String.valueOf(e.getMessage()));
        } finally {
            arriving = null;
        }
    }

    @Override
    public void roomMade() {
        turns.callNext();
        if (finished()) {
            changed();
        }
    }

    @Override
    public void changed() {
        turns.callNext();
        stateChanged.signalAll();
        host.changed();
    }

    @Override
    public void ended(LaneEnd end, String reason) {
        IOException why = end.asFailure(reason);
        if (edge && end.leavesOthers()) {
            sessions().forEach(MuxSession::turnBack);
        }
        // The other end may be through with a session whose last bytes are not read here yet.
        sessions().stream().filter(each -> end != LaneEnd.DONE || !each.complete()).forEach(each -> each.fail(why));
        stateChanged.signalAll();
        host.changed();
    }

    @Override
    public void data(long id, byte[] bytes, int offset, int length) throws ProtocolException {
        MuxSession session = lane.over() ? null : known(id);
        if (session != null) {
            session.received(arriving, bytes, offset, length);
        }
    }

    @Override
    public void frame(int type, long id, ByteBuffer body) throws ProtocolException {
        if (lane.over()) {
            return;
        }
        try {
            switch (type) {
                case Frame.OPEN -> opened(id, body);
                case Frame.GOAWAY -> {
                    peerLeaves = true;
                    stateChanged.signalAll();
                    host.changed();
                }
                default -> frameOfSession(type, id, body);
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new ProtocolException("malformed frame of type " + type);
        }
    }

    private void frameOfSession(int type, long id, ByteBuffer body) throws ProtocolException {
        if (type > Frame.GOAWAY || type == 0) {
            if (type < Frame.OPTIONAL) {
                throw new ProtocolException("unknown frame type " + type);
            }
            return;
        }
        MuxSession session = known(id);
        if (type == Frame.RESET) {
            openings.wasted(now());
        }
        if (session == null) {
            return;
        }
        if (!edge && (type == Frame.ACCEPTED || type == Frame.REFUSED)) {
            throw new ProtocolException("a frame of type " + type + " is not for sites");
        }
        switch (type) {
            case Frame.ACCEPTED -> session.accepted(body);
            case Frame.REFUSED -> session.refused(Refused.decode(body));
            case Frame.CREDIT -> {
                session.credited(Body.count(body));
                turns.callNext();
            }
            case Frame.FINISH -> session.finished();
            case Frame.RESET -> session.fail(new SocketException("reset by the far end: " + Body.text(body)));
            default -> throw new ProtocolException("unknown frame type " + type);
        }
    }

    /** The session of a frame; null if it is over, whose last frames may still come. */
    private @Nullable MuxSession known(long id) throws ProtocolException {
        if (id < 1 || id > lastId) {
            throw new ProtocolException("session " + id + " was never opened");
        }
        return sessions.get(id);
    }

    private void opened(long id, ByteBuffer body) throws ProtocolException {
        if (edge) {
            throw new ProtocolException("a site opens no sessions");
        }
        if (id <= lastId) {
            throw new ProtocolException("session " + id + " is opened again");
        }
        lastId = id;
        int sendWindow = Body.window(body);
        Open what = Open.decode(body);
        String trouble = leaving ? "the site gateway is shutting down"
                : openings.full() ? "too many sessions are being opened"
                : !budget.promise(FIRST_WINDOW) ? "the site gateway has no memory left for new sessions" : null;
        if (trouble != null) {
            openings.wasted(now());
            say(Frame.REFUSED, id, Refused.encode(Reason.BUSY.name(), trouble));
            return;
        }
        MuxSession session = new MuxSession(this, id, sendWindow, FIRST_WINDOW);
        sessions.put(id, session);
        openings.begun();
        host.opened(session, what);
    }
}
