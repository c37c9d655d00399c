package io.relaygate.tunnel;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The end of lanes with their process. What sessions have said that ended before is to arrive, and the peers are to learn
 * of the end, and not only by silence.
 */
final class LastWords {

    /** A peer that does not take what is for it by then is not worth more of the time to stop. */
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(1);

    private LastWords() {}

    /** Ends lanes; waits, for 1 s at the most, before and after. */
    static void of(Collection<? extends Lane> lanes, String reason) {
        await(lanes, LastWords::owes);
        for (Lane lane : lanes) {
            lane.lock.lock();
            try {
                boolean cut = lane.count() > 0 || lane.retained() > 0;
                lane.reset(cut ? LaneEnd.PEER_LOST : LaneEnd.DONE, reason);
            } finally {
                lane.lock.unlock();
            }
        }
        await(lanes, LastWords::speaks);
    }

    /** Whether the peer may not hold the last bytes yet of sessions that are over; those that are not are cut anyway. */
    private static boolean owes(Lane lane) {
        return lane.live() && lane.count() == 0 && lane.retained() > 0;
    }

    private static boolean speaks(Lane lane) {
        return lane.cur != null && lane.cur.closed() == null;
    }

    private static void await(Collection<? extends Lane> lanes, Predicate<Lane> busy) {
        long end = System.nanoTime() + LIMIT;
        for (Lane lane : lanes) {
            lane.lock.lock();
            try {
                while (busy.test(lane) && end - System.nanoTime() > 0) {
                    lane.parted.awaitNanos(end - System.nanoTime());
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts our threads", e);
            } finally {
                lane.lock.unlock();
            }
        }
    }
}
