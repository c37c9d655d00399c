package io.relaygate.tunnel;

import io.relaygate.tunnel.CarrierRecord.Hello;
import org.jspecify.annotations.Nullable;

/** The edge's side: HELLO comes, CREATE or ATTACH goes, the answer comes. */
final class Dialled implements Carrier.Opening {

    private final EdgeLane lane;
    private final String relay;
    private @Nullable Hello hello;

    /**
     * A carrier for a lane.
     *
     * @param relay the name of the relay that it goes over
     */
    Dialled(EdgeLane lane, String relay) {
        this.lane = lane;
        this.relay = relay;
    }

    @Override
    public EdgeLane lane() {
        return lane;
    }

    @Override
    public Carrier.Patience patience(Timing timing) {
        return hello == null
                ? new Carrier.Patience("not a RelayGate site: it did not say HELLO", timing.hello())
                : new Carrier.Patience("the site did not answer", timing.answer());
    }

    @Override
    public void record(Carrier carrier, CarrierRecord record, long now) throws ProtocolException {
        if (record instanceof Hello first && hello == null) {
            hello = first;
            lane.hello(carrier, first, relay, now);
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
