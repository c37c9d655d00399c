package io.relaygate.tunnel;

import io.relaygate.net.Buffers;
import io.relaygate.tunnel.CarrierRecord.Created;
import io.relaygate.tunnel.CarrierRecord.Hello;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of a carrier, by its real classes, that is fed with bytes of any kind: it takes them or closes, keeps within its
 * memory, and leaves nothing behind. Then its sessions are used, whatever has become of them.
 */
final class FedEnd implements Wire, MuxHost, RecordReader.Sink, FrameParser.Sink {

    /** Which end, and how far it is when the bytes come. */
    enum Kind {
        /** A site that has said HELLO. */
        SITE_OPENING,
        /** A site with sessions: the first is accepted, the second is not, the third is over. */
        SITE,
        /** An edge that has dialled. */
        EDGE_OPENING,
        /** An edge with sessions: the first is accepted, the second is not, the third is over. */
        EDGE
    }

    /** What became of it. */
    record Outcome(String state, @Nullable String closed, List<String> said) {}

    static final Bits NONCE = new Bits(new byte[CarrierRecord.NONCE]);
    static final Hello HELLO = new Hello(Versions.OURS, PlayedEnd.SITE, NONCE, Mux.FIRST_WINDOW);
    static final CarrierRecord.Create CREATE = new CarrierRecord.Create(
            Versions.OURS, 1, PlayedEnd.EDGE, new Bits(new byte[CarrierRecord.SECRET]), Mux.FIRST_WINDOW);
    static final Open WHAT = new Open("0".repeat(32), "sql", "in", "");

    private static final int RETENTION = 1 << 18;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Budget budget = new Budget(1 << 26);
    private final int buffers = Buffers.outstanding();
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Mux> muxes = new ArrayList<>();
    private final List<MuxSession> sessions = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final RecordReader reader = new RecordReader();
    private final FrameParser parser = new FrameParser();
    private final Opening opening;
    private final Carrier carrier;
    private long now = 1;

    private FedEnd(Kind kind) throws IOException {
        if (kind == Kind.SITE || kind == Kind.SITE_OPENING) {
            SiteLanes site = new SiteLanes(PlayedEnd.SITE, RETENTION, this::carry);
            opening = site.new Accepted(HELLO, new Origin("memory", ""));
        } else {
            EdgeLane edge = new EdgeLane(PlayedEnd.EDGE, RANDOM, Mux.FIRST_WINDOW, RETENTION, now);
            edge.lock.lock();
            carry(edge);
            opening = new Dialled(edge, "memory", null);
        }
        carrier = new Carrier(opening, Timing.USUAL, this, null, now);
        if (kind == Kind.SITE) {
            take(CREATE.encode());
            for (long id = 1; id <= 3; id++) {
                take(framed(Frame.OPEN, id, WHAT.encode(Mux.FIRST_WINDOW)));
            }
            sessions.get(0).accept();
            sessions.get(2).refuse("NOT_FOUND", "no such service");
        } else if (kind == Kind.EDGE) {
            take(HELLO.encode());
            take(new Created(1).encode());
            for (int i = 0; i < 3; i++) {
                sessions.add(muxes.getFirst().open(WHAT));
            }
            sessions.get(0).accepted(ByteBuffer.allocate(0));
            sessions.get(2).abort("no more");
        }
    }

    /** A frame in a record of its own. */
    static byte[] framed(int type, long session, byte... body) {
        ByteBuffer record = ByteBuffer.allocate(CarrierRecord.HEAD + Frame.HEAD + body.length);
        return record.put(CarrierRecord.dataHead(Frame.HEAD + body.length))
                .put(Frame.head(type, body.length, session))
                .put(body)
                .array();
    }

    /**
     * Feeds an end with bytes, cut as they are.
     *
     * @throws AssertionError if it does what it must not
     */
    static Outcome feed(Kind kind, List<byte[]> pieces) {
        try {
            return new FedEnd(kind).fed(pieces);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void carry(Lane lane) {
        lanes.add(lane);
        muxes.add(new Mux(lane, budget, () -> now, this));
    }

    private Outcome fed(List<byte[]> pieces) throws IOException {
        says();
        said.clear();
        pieces.forEach(this::take);
        says();
        String state = lanes.isEmpty() ? "none" : lanes.getFirst().state().toString();
        Outcome outcome = new Outcome(state, carrier.closed(), List.copyOf(said));
        List.copyOf(sessions).forEach(this::use);
        says();
        bounded();
        carrier.disconnected(CarrierLoss.FAILED, "over", ++now);
        require(lanes.stream().noneMatch(Lane::live), "a lane lives without a carrier");
        for (Lane lane : lanes) {
            lane.end(LaneEnd.DONE, "");
            lane.lock.unlock();
            require(!lane.lock.isHeldByCurrentThread(), "a lock is held twice");
        }
        require(budget.promised() == 0, "promises are left: " + budget.promised());
        require(Buffers.outstanding() == buffers, "buffers are left");
        return outcome;
    }

    private static void require(boolean right, String what) {
        if (!right) {
            throw new AssertionError(what);
        }
    }

    private void take(byte[] piece) {
        carrier.received(piece, 0, piece.length, now);
        bounded();
    }

    private void bounded() {
        require(lanes.size() <= 1, "one carrier has made many lanes");
        for (Lane lane : lanes) {
            require(lane.retained() <= RETENTION + (17 << 20), "retains " + lane.retained());
            require(!lane.live() || (lane.cur == carrier && carrier.closed() == null), "a lane lives on a closed carrier");
        }
        long most = muxes.stream().mapToLong(Mux::count).sum() * Mux.LARGEST_WINDOW;
        require(budget.promised() >= 0 && budget.promised() <= most, "promises " + budget.promised());
    }

    /** Does with a session whatever can be done; it may fail, but only as sessions fail. */
    private void use(MuxSession session) {
        try {
            byte[] bytes = new byte[40_000];
            session.accept();
            while (session.poll(bytes, 0, bytes.length) > 0) {
                // What is read does not matter.
            }
            session.offer(null, bytes, 0, bytes.length);
            session.finish();
            session.discard();
        } catch (IOException e) {
            require(session.phase() == Phase.OVER || e.getMessage() != null, "fails: " + e);
        }
    }

    private void says() {
        try {
            for (Output output = carrier.next(65_536, now); output != null; output = carrier.next(65_536, now)) {
                reader.feed(output.records(), 0, output.records().length, this);
                Retention.Slice body = output.body();
                if (body != null) {
                    reader.feed(body.bytes(), body.offset(), body.length(), this);
                    body.unpin();
                }
                carrier.flushed();
            }
        } catch (ProtocolException e) {
            throw new AssertionError("this end has broken the protocol", e);
        }
    }

    @Override
    public void record(CarrierRecord record) {
        switch (record) {
            case CarrierRecord.Ack _, CarrierRecord.Attach _, CarrierRecord.Create _ -> {}
            default -> said.add(record.toString());
        }
    }

    @Override
    public void data(byte[] bytes, int offset, int length) throws ProtocolException {
        parser.feed(bytes, offset, length, this);
    }

    @Override
    public void skipped() {
        throw new AssertionError("this end says what nobody knows");
    }

    @Override
    public void frame(int type, long session, ByteBuffer body) {
        said.add(type + " " + session);
    }

    @Override
    public void data(long session, byte[] bytes, int offset, int length) {
        said.add("DATA " + session + " " + length);
    }

    @Override
    public void opened(MuxSession session, Open what) {
        sessions.add(session);
    }

    @Override
    public void changed() {}

    @Override
    public void wake() {}

    @Override
    public void close() {}
}
