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
        deliver(first.edge());
        write(first.edge());
        deliver(first.site());
        write(first.site());
        deliver(first.edge());

        SimulatedCarrier second = new SimulatedCarrier(lane, site, site.identity().boot(), Timing.USUAL, 0);
        deliver(second.edge());
        write(second.edge());
        byte[] attach = second.site().in().read(second.site().in().size());

        SimulatedCarrier third = new SimulatedCarrier(lane, site, null, Timing.USUAL, 0);
        SimulatedPipe up = third.site().in();
        byte[] foreign = Frame.head(Frame.GOAWAY, 0, 0);
        up.write(attach, 0, attach.length);
        up.write(CarrierRecord.dataHead(foreign.length), 0, CarrierRecord.HEAD);
        up.write(foreign, 0, foreign.length);
        deliver(third.site());

        SiteLane there = site.lane(lane.id());
        if (there == null || lane.epoch != 2) {
            throw new IllegalStateException("the lane was not made: " + lane);
        }
        if (there.received() != 0 || there.cur == third.site().carrier()) {
            throw new AssertionError("the site takes bytes of a stranger for the edge's");
        }
    }

    private static void write(SimulatedEnd end) {
        end.beginWrite(SessionLink.WRITE, 0);
        end.completeWrite(0);
    }

    private static void deliver(SimulatedEnd end) {
        end.deliver(end.in().size(), 0);
    }
}
