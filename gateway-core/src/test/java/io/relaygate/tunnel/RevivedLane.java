package io.relaygate.tunnel;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * A CREATE is under way for longer than the lane lives that its repetition has made, and arrives while the edge does not
 * know yet that the site has given the lane up. Too rare for schedules at random: this is the one that ids of the site
 * are for.
 */
final class RevivedLane implements LongConsumer {

    private static final SecureRandom SECURE = new SecureRandom();
    private static final long HOLD = 60_000_000_000L;

    @Override
    public void accept(long seed) {
        AtomicInteger opened = new AtomicInteger();
        SimulatedSite site = new SimulatedSite(SECURE, 1000, new long[1], (session, what) -> opened.incrementAndGet());
        EdgeLane lane = new EdgeLane(Identity.started("edge-1", SECURE), SECURE, Mux.FIRST_WINDOW, 1000, 0);
        lane.lock.lock();
        Mux mux = new Mux(lane, new Budget(1 << 20), () -> 0, new SimulatedEdge.Unheard());

        SimulatedCarrier first = new SimulatedCarrier(lane, site, null, Timing.USUAL, 0);
        first.edge().deliverAll(0);
        first.edge().write(0);

        SimulatedCarrier second = new SimulatedCarrier(lane, site, null, Timing.USUAL, 0);
        roundTrip(second, 0);
        try {
            mux.open(new Open("1", "echo", "in", "me"));
        } catch (io.relaygate.sdk.RefusedException e) {
            throw new IllegalStateException("the lane was not made: " + lane, e);
        }
        second.edge().write(0);
        second.site().deliverAll(0);

        second.site().disconnect(1);
        site.tick(HOLD + 2, HOLD);
        first.site().deliverAll(HOLD + 2);

        second.edge().disconnect(HOLD + 2);
        SimulatedCarrier third = new SimulatedCarrier(lane, site, site.identity().boot(), Timing.USUAL, HOLD + 2);
        roundTrip(third, HOLD + 2);
        third.edge().write(HOLD + 2);
        third.site().deliverAll(HOLD + 2);

        boolean lost = lane.state() instanceof Lane.State.Ended(LaneEnd end, String _) && end == LaneEnd.RELAY_LOST;
        if (!lost || opened.get() != 1) {
            throw new AssertionError("a lane that is over lives again, opened " + opened + " times: " + lane);
        }
    }

    private static void roundTrip(SimulatedCarrier carrier, long now) {
        carrier.edge().deliverAll(now);
        carrier.edge().write(now);
        carrier.site().deliverAll(now);
        carrier.site().write(now);
        carrier.edge().deliverAll(now);
    }
}
