package io.relaygate.tunnel;

import java.util.Collection;
import java.util.concurrent.TimeUnit;

/** Sees to it that the peers of lanes that end with this process learn of it, and not only by its silence. */
final class LastWords {

    /** A peer that does not take its last record by then is not worth more of the time to stop. */
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(1);

    private LastWords() {}

    /** Waits until what lanes that have ended had to say last is written, or their carriers are lost; at most 1 s in all. */
    static void await(Collection<? extends Lane> lanes) {
        long end = System.nanoTime() + LIMIT;
        for (Lane lane : lanes) {
            lane.lock.lock();
            try {
                Carrier carrier = lane.cur;
                while (carrier != null && carrier.closed() == null && end - System.nanoTime() > 0) {
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
