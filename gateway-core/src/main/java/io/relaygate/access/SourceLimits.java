package io.relaygate.access;

import io.relaygate.net.ByteRate;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the sources of a port have used of its limits. A source is an IPv4 address or an IPv6 network of 64 bits, which is
 * what one client can have. Any thread.
 */
public final class SourceLimits {

    /** The heap that the sources of one port take at the most: about 320 bytes for each that is remembered. */
    public static final long HELD = Remembered.MOST * 320L;

    private final LongSupplier clock;
    private final Remembered<InetAddress, Use> uses = new Remembered<>(use -> use.used.open() > 0);
    private final Used.Bucket begun;
    private @Nullable ByteRate bytes;

    /** What one source has used. Guarded by the limits. */
    private static final class Use {
        private final Used used;
        private int refusals;
        private long refusedFrom;
        private boolean lockedOut;
        private long lockedUntil;

        Use(long now) {
            used = new Used(now);
        }
    }

    /** Nobody has come yet. */
    public SourceLimits() {
        this(System::nanoTime);
    }

    SourceLimits(LongSupplier clock) {
        this.clock = clock;
        this.begun = new Used.Bucket(clock.getAsLong());
    }

    /**
     * A session begins; {@link #over} is called when it has ended.
     *
     * @param source where it comes from, or null if that has no address
     * @return what binds its bytes
     * @throws RefusedException NOT_ALLOWED if the source is locked out, BUSY if a limit is reached
     */
    public synchronized List<ByteRate> begins(LimitSettings limits, @Nullable InetAddress source) throws RefusedException {
        long now = clock.getAsLong();
        Quota quota = Quota.ofSource(limits);
        Use use = source == null ? null : use(source, now);
        if (use != null) {
            checkLockout(use, now);
            use.used.check(quota, now);
        }
        if (limits.newPerSecond() != null && !begun.take(limits.newPerSecond(), now)) {
            throw Used.busy("more than " + limits.newPerSecond() + " new sessions in a second", "limits.newPerSecond");
        }
        if (use != null) {
            use.used.begins();
        }
        List<ByteRate> rates = new ArrayList<>(use == null ? List.of() : use.used.rates(quota));
        rates.addAll(rates(limits));
        return rates;
    }

    private static void checkLockout(Use use, long now) throws RefusedException {
        if (use.lockedOut && now - use.lockedUntil < 0) {
            Duration left = Duration.ofNanos(use.lockedUntil - now);
            throw new RefusedException(Reason.NOT_ALLOWED,
                    "the source is locked out for " + (left.toSeconds() + 1) + " s more, after too many refusals (limits.lockout)");
        }
        use.lockedOut = false;
    }

    /** Of all sources together, and of a session alone. */
    private List<ByteRate> rates(LimitSettings limits) {
        List<ByteRate> rates = new ArrayList<>();
        if (limits.bytesPerSecondPerSession() != null) {
            rates.add(new ByteRate(limits.bytesPerSecondPerSession()));
        }
        if (limits.bytesPerSecond() != null) {
            ByteRate all = bytes;
            if (all == null) {
                all = new ByteRate(limits.bytesPerSecond());
                bytes = all;
            }
            all.change(limits.bytesPerSecond());
            rates.add(all);
        }
        return rates;
    }

    /** A session that has begun is over. */
    public synchronized void over(@Nullable InetAddress source) {
        Use use = source == null ? null : uses.known(whole(source));
        if (use != null) {
            use.used.over();
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
        return uses.of(whole(source), _ -> new Use(now));
    }

    /** What counts as one source: an IPv4 address, or the network of 64 bits that an IPv6 one is in. */
    public static InetAddress whole(InetAddress source) {
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
