package io.relaygate.access;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the sources of a port have used of its limits. A source is an IPv4 address or an IPv6 network of 64 bits, which is
 * what one client can have. Any thread.
 */
public final class SourceLimits {

    /** So many sources are remembered; the one that was not heard of for longest is forgotten first. */
    private static final int MOST = 65_536;

    /** How many of them are looked at to find one without a session. */
    private static final int TRIES = 64;

    private static final double SECOND = 1e9;

    private final LongSupplier clock;
    private final Map<InetAddress, Use> uses = new LinkedHashMap<>(16, 0.75f, true);
    private final Bucket begun;

    /** What one source has used. Guarded by the limits. */
    private static final class Use {
        private final Bucket begun;
        private int open;
        private int refusals;
        private long refusedFrom;
        private boolean lockedOut;
        private long lockedUntil;

        Use(long now) {
            begun = new Bucket(now);
        }
    }

    /** Sessions that may begin: as many as in a second at most, and as many again in each second. */
    private static final class Bucket {
        private double tokens = Double.MAX_VALUE;
        private long filled;

        Bucket(long now) {
            filled = now;
        }

        boolean take(int perSecond, long now) {
            tokens = Math.min(perSecond, tokens + (now - filled) / SECOND * perSecond);
            filled = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }

    /** Nobody has come yet. */
    public SourceLimits() {
        this(System::nanoTime);
    }

    SourceLimits(LongSupplier clock) {
        this.clock = clock;
        this.begun = new Bucket(clock.getAsLong());
    }

    /**
     * A session begins; {@link #over} is called when it has ended.
     *
     * @param source where it comes from, or null if that has no address
     * @throws RefusedException NOT_ALLOWED if the source is locked out, BUSY if a limit is reached
     */
    public synchronized void begins(LimitSettings limits, @Nullable InetAddress source) throws RefusedException {
        long now = clock.getAsLong();
        Use use = source == null ? null : use(source, now);
        if (use != null) {
            check(limits, use, now);
        }
        if (limits.newPerSecond() != null && !begun.take(limits.newPerSecond(), now)) {
            throw busy("more than " + limits.newPerSecond() + " new sessions in a second");
        }
        if (use != null) {
            use.open++;
        }
    }

    private static void check(LimitSettings limits, Use use, long now) throws RefusedException {
        if (use.lockedOut && now - use.lockedUntil < 0) {
            Duration left = Duration.ofNanos(use.lockedUntil - now);
            throw new RefusedException(Reason.NOT_ALLOWED,
                    "the source is locked out for " + (left.toSeconds() + 1) + " s more, after too many refusals");
        }
        use.lockedOut = false;
        if (limits.sessionsPerSource() != null && use.open >= limits.sessionsPerSource()) {
            throw busy("the source has " + use.open + " sessions, as many as it may");
        }
        if (limits.newPerSecondPerSource() != null && !use.begun.take(limits.newPerSecondPerSource(), now)) {
            throw busy("the source begins more than " + limits.newPerSecondPerSource() + " sessions in a second");
        }
    }

    private static RefusedException busy(String why) {
        return new RefusedException(Reason.BUSY, why);
    }

    /** A session that has begun is over. */
    public synchronized void over(@Nullable InetAddress source) {
        Use use = source == null ? null : uses.get(whole(source));
        if (use != null && use.open > 0) {
            use.open--;
        }
    }

    /** Somebody was refused whom another attempt will not help: who does so again and again is locked out. */
    public synchronized void refused(LimitSettings limits, @Nullable InetAddress source) {
        LimitSettings.Lockout lockout = limits.lockout();
        if (lockout == null || source == null) {
            return;
        }
        long now = clock.getAsLong();
        Use use = use(source, now);
        if (use.refusals == 0 || now - use.refusedFrom > lockout.within().toNanos()) {
            use.refusals = 0;
            use.refusedFrom = now;
        }
        use.refusals++;
        if (use.refusals >= lockout.refusals()) {
            use.refusals = 0;
            use.lockedOut = true;
            use.lockedUntil = now + lockout.duration().toNanos();
        }
    }

    private Use use(InetAddress source, long now) {
        Use use = uses.computeIfAbsent(whole(source), _ -> new Use(now));
        if (uses.size() > MOST) {
            forgetOne();
        }
        return use;
    }

    private void forgetOne() {
        Iterator<Use> eldest = uses.values().iterator();
        for (int i = 0; i < TRIES && eldest.hasNext(); i++) {
            if (eldest.next().open == 0) {
                eldest.remove();
                return;
            }
        }
    }

    private static InetAddress whole(InetAddress source) {
        byte[] bytes = source.getAddress();
        if (bytes.length == 4) {
            return source;
        }
        Arrays.fill(bytes, 8, 16, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }

    /** How many sources are remembered. */
    synchronized int sources() {
        return uses.size();
    }
}
