package io.relaygate.tunnel;

import io.relaygate.tunnel.CarrierRecord.Hello;
import org.jspecify.annotations.Nullable;

/** The edge's side: HELLO comes, CREATE or ATTACH goes, the answer comes. */
final class Dialled implements Opening {

    private final EdgeLane lane;
    private final String relay;
    private final @Nullable Peer peer;
    private @Nullable Hello hello;
    private long asked;

    /**
     * A carrier for a lane.
     *
     * @param relay the name of the relay that it goes over
     * @param peer who has proven to be at its other end, or null if it is not sealed
     */
    Dialled(EdgeLane lane, String relay, @Nullable Peer peer) {
        this.lane = lane;
        this.relay = relay;
        this.peer = peer;
    }

    @Override
    public EdgeLane lane() {
        return lane;
    }

    @Override
    public boolean begins() {
        return hello == null;
    }

    @Override
    public Patience patience(Timing timing, long began) {
        return hello == null
                ? new Patience("not a RelayGate site: it did not say HELLO", began, timing.hello())
                : new Patience("the site did not answer", asked, timing.answer());
    }

    @Override
    public void record(Carrier carrier, CarrierRecord record, long now) throws ProtocolException {
        if (record instanceof Hello first && hello == null) {
            hello = first;
            asked = now;
            lane.hello(carrier, first, relay, peer, now);
            return;
        }
        Hello said = hello;
        if (said == null) {
            throw new ProtocolException("the site does not begin with HELLO");
        }
        switch (record) {
            case CarrierRecord.Created(long id) -> lane.created(carrier, said, id);
            case CarrierRecord.Attached attached -> lane.attached(carrier, said, attached);
            case CarrierRecord.Gone(long _, String reason) -> lane.gone(carrier, reason);
            default -> throw new ProtocolException("a record that is not for edges");
        }
    }
}
