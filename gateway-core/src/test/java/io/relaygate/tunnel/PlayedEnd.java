package io.relaygate.tunnel;

import io.relaygate.tunnel.CarrierRecord.Created;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * One end of a lane on one carrier, by its real classes; the test plays the peer, the network and the clock. The thread
 * that makes it holds the lane's lock.
 */
final class PlayedEnd implements Wire, MuxHost, RecordReader.Sink, FrameParser.Sink {

    static final Identity SITE = new Identity("site-1", new Bits(new byte[Identity.BOOT]));
    static final Identity EDGE = new Identity("edge-1", new Bits(new byte[Identity.BOOT]));
    static final int RETENTION = 1 << 20;

    private final Budget budget;
    private final RecordReader reader = new RecordReader();
    private final FrameParser parser = new FrameParser();
    private final List<String> said = new ArrayList<>();
    private final List<MuxSession> opened = new ArrayList<>();
    private final Lane lane;
    private final Carrier carrier;
    private final Mux mux;
    private long now;

    private PlayedEnd(Budget budget, boolean atSite) {
        this.budget = budget;
        if (atSite) {
            List<SiteLane> made = new ArrayList<>();
            List<Mux> muxes = new ArrayList<>();
            SiteLanes lanes = new SiteLanes(SITE, RETENTION, each -> {
                made.add(each);
                muxes.add(new Mux(each, budget, () -> now, this));
            });
            carrier = new Carrier(
                    lanes.new Accepted(FedEnd.HELLO, new Origin("memory", "")), Timing.USUAL, this, null, now);
            record(FedEnd.CREATE.encode());
            lane = made.getFirst();
            mux = muxes.getFirst();
        } else {
            EdgeLane edge = new EdgeLane(EDGE, new SecureRandom(), Mux.FIRST_WINDOW, RETENTION, now);
            edge.lock.lock();
            lane = edge;
            mux = new Mux(edge, budget, () -> now, this);
            carrier = new Carrier(new Dialled(edge, "memory", null), Timing.USUAL, this, null, now);
            record(FedEnd.HELLO.encode());
            record(new Created(1).encode());
        }
        says();
    }

    static PlayedEnd site(Budget budget) {
        return new PlayedEnd(budget, true);
    }

    static PlayedEnd edge(Budget budget) {
        return new PlayedEnd(budget, false);
    }

    Budget budget() {
        return budget;
    }

    Lane lane() {
        return lane;
    }

    Carrier carrier() {
        return carrier;
    }

    Mux mux() {
        return mux;
    }

    /** The sessions that this end was asked for. */
    List<MuxSession> opened() {
        return opened;
    }

    void passes(long nanos) {
        now += nanos;
        carrier.tick(now);
    }

    long now() {
        return now;
    }

    /** The peer's records come. */
    void record(byte[] record) {
        carrier.received(record, 0, record.length, now);
    }

    /** A frame of the peer comes. */
    void hears(int type, long session, byte... body) {
        record(FedEnd.framed(type, session, body));
    }

    /** The peer opens a session, for a site. */
    void hearsOpen(long session) {
        hears(Frame.OPEN, session, FedEnd.WHAT.encode(Mux.FIRST_WINDOW));
    }

    /** What this end has said since it was asked last: records, and frames with their sessions. */
    List<String> says() {
        return says(65_536);
    }

    /** The same in writes of so many bytes. */
    List<String> says(int most) {
        try {
            for (Output output = carrier.next(most, now); output != null; output = carrier.next(most, now)) {
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
        List<String> all = List.copyOf(said);
        said.clear();
        return all;
    }

    /** Ends the lane, and gives its lock back. */
    void done() {
        lane.end(LaneEnd.DONE, "");
        lane.lock.unlock();
    }

    @Override
    public void record(CarrierRecord record) {
        if (!(record instanceof CarrierRecord.Ack)) {
            said.add(record.toString());
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
        said.add(switch (type) {
            case Frame.OPEN -> "OPEN " + session;
            case Frame.ACCEPTED -> "ACCEPTED " + session;
            case Frame.REFUSED -> "REFUSED " + session + " " + Body.text(body);
            case Frame.CREDIT -> "CREDIT " + session + " " + body.getLong();
            case Frame.FINISH -> "FINISH " + session;
            case Frame.RESET -> "RESET " + session;
            case Frame.GOAWAY -> "GOAWAY";
            default -> throw new AssertionError("type " + type);
        });
    }

    @Override
    public void data(long session, byte[] bytes, int offset, int length) {
        said.add("DATA " + session + " " + length);
    }

    @Override
    public void opened(MuxSession session, Open what) {
        opened.add(session);
    }

    @Override
    public void changed() {
        // The test looks itself.
    }

    @Override
    public void wake() {
        // The test asks itself.
    }

    @Override
    public void close() {
        // There is no connection.
    }
}
