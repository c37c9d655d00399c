package io.relaygate.access;

import io.relaygate.net.ByteRate;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one source, caller or destination has used of its limits. Guarded by whoever keeps it. */
final class Used {

    private final Bucket begun;
    private int open;
    private @Nullable ByteRate bytes;

    Used(long now) {
        begun = new Bucket(now);
    }

    /** Sessions that may begin: as many as in a second at most, and as many again in each second. */
    static final class Bucket {

        private static final double SECOND = 1e9;

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

    /** Sessions that are open. */
    int open() {
        return open;
    }

    /**
     * Asks whether one more session may begin, and counts it among those that do.
     *
     * @throws RefusedException BUSY if a limit is reached; the message names it
     */
    void check(Quota quota, long now) throws RefusedException {
        if (quota.sessions() != null && open >= quota.sessions()) {
            throw busy(quota.who() + " has " + open + " sessions, as many as it may", quota.place("sessions"));
        }
        if (quota.newPerSecond() != null && !begun.take(quota.newPerSecond(), now)) {
            throw busy(
                    quota.who() + " begins more than " + quota.newPerSecond() + " sessions in a second",
                    quota.place("newPerSecond"));
        }
    }

    static RefusedException busy(String why, String setting) {
        return new RefusedException(Reason.BUSY, why + " (" + setting + ")");
    }

    /** A session that was let through is open. */
    void begins() {
        open++;
    }

    /** One is not any more. */
    void over() {
        if (open > 0) {
            open--;
        }
    }

    /** What binds the bytes of all its sessions. */
    List<ByteRate> rates(Quota quota) {
        Long perSecond = quota.bytesPerSecond();
        if (perSecond == null) {
            return List.of();
        }
        ByteRate rate = bytes;
        if (rate == null) {
            rate = new ByteRate(perSecond);
            bytes = rate;
        } else {
            rate.change(perSecond);
        }
        return List.of(rate);
    }
}
