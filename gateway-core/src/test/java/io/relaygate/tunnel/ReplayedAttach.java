package io.relaygate.tunnel;

import java.security.SecureRandom;
import java.util.function.LongConsumer;

/**
 * A relay keeps an ATTACH from the site, says it later on a carrier of its own and goes on with bytes of its own. No
 * schedule of honest ends does so: this is the one that the nonces are for.
 */
final class ReplayedAttach implements LongConsumer {

    private static final SecureRandom SECURE = new SecureRandom();

    @Override
    public void accept(long seed) {
        SimulatedSite site = new SimulatedSite(SECURE, 1000, new long[1], (session, what) -> {});
        EdgeLane lane = new EdgeLane(Identity.started("edge-1", SECURE), SECURE, Mux.FIRST_WINDOW, 1000, 0);
        lane.lock.lock();

        SimulatedCarrier first = new SimulatedCarrier(lane, site, null, Timing.USUAL, 0);
        first.edge().deliverAll(0);
        first.edge().write(0);
        first.site().deliverAll(0);
        first.site().write(0);
        first.edge().deliverAll(0);

        SimulatedCarrier second = new SimulatedCarrier(lane, site, site.identity().boot(), Timing.USUAL, 0);
        second.edge().deliverAll(0);
        second.edge().write(0);
        byte[] attach = second.site().in().read(second.site().in().size());

        SimulatedCarrier third = new SimulatedCarrier(lane, site, null, Timing.USUAL, 0);
        SimulatedPipe up = third.site().in();
        byte[] foreign = Frame.head(Frame.GOAWAY, 0, 0);
        up.write(attach, 0, attach.length);
        up.write(CarrierRecord.dataHead(foreign.length), 0, CarrierRecord.HEAD);
        up.write(foreign, 0, foreign.length);
        third.site().deliverAll(0);

        SiteLane there = site.lane(lane.id());
        if (there == null || lane.epoch != 2) {
            throw new IllegalStateException("the lane was not made: " + lane);
        }
        if (there.received() != 0 || there.cur == third.site().carrier()) {
            throw new AssertionError("the site takes bytes of a stranger for the edge's");
        }
    }
}
