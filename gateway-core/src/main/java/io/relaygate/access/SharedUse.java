package io.relaygate.access;

import io.relaygate.sdk.RefusedException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What sessions have used of the limits of one destination, sender or hybrid connection; a reload does not forget it. Any thread. */
public final class SharedUse {

    private final LongSupplier clock;
    private final Used used;

    /** Nobody has used anything yet. */
    public SharedUse() {
        this(System::nanoTime);
    }

    SharedUse(LongSupplier clock) {
        this.clock = clock;
        this.used = new Used(clock.getAsLong());
    }

    /** The use of all destinations of a process, or of all senders, by name. */
    public static final class All {

        private final Map<String, SharedUse> all = new ConcurrentHashMap<>();

        /** That of one. */
        public SharedUse of(String name) {
            return all.computeIfAbsent(name, _ -> new SharedUse());
        }
    }

    /**
     * A session goes to a destination.
     *
     * @throws RefusedException BUSY if a limit is reached
     */
    public Share begins(@Nullable DestinationLimits limits, String destination) throws RefusedException {
        return limits == null ? Share.NONE : begins(Quota.ofDestination(limits, destination));
    }

    /**
     * A session comes from an edge.
     *
     * @throws RefusedException BUSY if a limit is reached
     */
    public Share beginsFrom(@Nullable SenderLimits limits, String sender) throws RefusedException {
        return limits == null ? Share.NONE : begins(Quota.ofSender(limits, sender));
    }

    /**
     * A session arrives over a relay.
     *
     * @throws RefusedException BUSY if as many are open as may be
     */
    public Share beginsAt(String entryPoint, int maxSessions) throws RefusedException {
        return begins(Quota.ofEntryPoint(entryPoint, maxSessions));
    }

    private synchronized Share begins(Quota quota) throws RefusedException {
        used.check(quota, clock.getAsLong());
        used.begins();
        return new Share(used.rates(quota), this::over);
    }

    private synchronized void over() {
        used.over();
    }
}
