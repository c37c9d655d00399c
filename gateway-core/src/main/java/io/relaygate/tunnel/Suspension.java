package io.relaygate.tunnel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that the machine was suspended: the time of day has run ahead of the monotonic clock, which stands still
 * meanwhile. What the machine was connected with has given it up by then. One thread.
 */
final class Suspension {

    /** More than clocks that are set right are set by. */
    private static final Duration AHEAD = Duration.ofSeconds(30);

    private final LongSupplier millisOfDay;
    private final LongSupplier nanos;
    private long before;

    /** Looks at the clocks of this machine. */
    Suspension() {
        this(System::currentTimeMillis, System::nanoTime);
    }

    Suspension(LongSupplier millisOfDay, LongSupplier nanos) {
        this.millisOfDay = millisOfDay;
        this.nanos = nanos;
        this.before = drift();
    }

    /** Whether the machine was suspended since this was asked last. */
    boolean was() {
        long now = drift();
        boolean ahead = now - before > AHEAD.toNanos();
        // A clock that is corrected little by little is no suspension, however far it gets in the end.
        before = now;
        return ahead;
    }

    /** Gives up the carrier that a lane has had since before. */
    static void endCarrier(Lane lane, long now) {
        Carrier carrier = lane.cur;
        if (carrier != null) {
            carrier.disconnected(CarrierLoss.SUSPENDED, "the machine was suspended", now);
        }
    }

    private long drift() {
        return TimeUnit.MILLISECONDS.toNanos(millisOfDay.getAsLong()) - nanos.getAsLong();
    }
}
