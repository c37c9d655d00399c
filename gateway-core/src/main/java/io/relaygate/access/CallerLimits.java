package io.relaygate.access;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import java.util.function.LongSupplier;

/**
 * What the callers of a port have used of its limits. A caller is a name that was proven, whatever the proof was; who is
 * anonymous is none. Any thread.
 */
public final class CallerLimits {

    /** The heap that the callers of one port take at the most: about 320 bytes for each that is remembered. */
    public static final long HELD = Remembered.MOST * 320L;

    private final LongSupplier clock;
    private final Remembered<String, Used> uses = new Remembered<>(used -> used.open() > 0);

    /** Nobody has called yet. */
    public CallerLimits() {
        this(System::nanoTime);
    }

    CallerLimits(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * A session is known to be a caller's.
     *
     * @throws RefusedException BUSY if a limit is reached
     */
    public Share begins(LimitSettings limits, Caller caller) throws RefusedException {
        Quota quota = Quota.ofCaller(limits, caller.name());
        if (quota.isNone() || caller.isAnonymous()) {
            return Share.NONE;
        }
        synchronized (this) {
            long now = clock.getAsLong();
            Used used = uses.of(caller.name(), _ -> new Used(now));
            used.check(quota, now);
            used.begins();
            return new Share(used.rates(quota), () -> over(used));
        }
    }

    private synchronized void over(Used used) {
        used.over();
    }
}
