package io.relaygate.tunnel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/** Asks the peer of a lane, one question after another, how long the way to it and back takes. */
final class Questions {

    /** What came is looked for so often; the times are taken by the thread that reads. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(1);

    private final Lane lane;
    /** Nobody signals it: it lets others have the lock. */
    private final Condition moment;

    Questions(Lane lane) {
        this.lane = lane;
        this.moment = lane.lock.newCondition();
    }

    /**
     * Asks as often as it can until the limit.
     *
     * @return the answers' times; fewer if the lane has no carrier, or loses it
     */
    List<Duration> ask(int times, Duration limit) {
        List<Duration> answers = new ArrayList<>();
        long end = System.nanoTime() + limit.toNanos();
        lane.lock.lock();
        try {
            while (answers.size() < times && lane.live() && lane.cur != null) {
                Carrier carrier = lane.cur;
                long before = carrier.roundTrips().answers();
                carrier.say(new CarrierRecord.Ping(System.nanoTime()));
                CarrierLoop.flush(lane, false);
                while (carrier.roundTrips().answers() == before) {
                    if (carrier.closed() != null || end - System.nanoTime() <= 0) {
                        return answers;
                    }
                    moment.awaitNanos(LOOK);
                }
                answers.add(Duration.ofNanos(carrier.roundTrips().last()));
            }
            return answers;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        } finally {
            lane.lock.unlock();
        }
    }
}
