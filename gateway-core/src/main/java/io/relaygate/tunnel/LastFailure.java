package io.relaygate.tunnel;

import io.relaygate.sdk.RefusedException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Why the last attempt to get a carrier for a lane has failed. Any thread. */
final class LastFailure {

    /** An outage of hours brings an attempt every few seconds, for every lane. */
    private static final long WHILE = TimeUnit.MINUTES.toNanos(1);

    private volatile @Nullable Attempt last;

    /** An attempt, and when a failure of its kind was told of; times of the monotonic clock. */
    private record Attempt(long began, RefusedException why, long told) {}

    /**
     * An attempt has failed.
     *
     * @param now nanoseconds
     * @return whether it is to be told of: the first failure, one for another reason than before, and now and then one
     */
    boolean failed(long began, RefusedException why, long now) {
        Attempt before = last;
        boolean tell = before == null || before.why().reason() != why.reason() || now - before.told() >= WHILE;
        last = new Attempt(began, why, before == null || tell ? now : before.told());
        return tell;
    }

    void succeeded() {
        last = null;
    }

    /** Null if none has failed since one succeeded. */
    @Nullable RefusedException why() {
        Attempt known = last;
        return known == null ? null : known.why();
    }

    /** The same of an attempt that began after a time of the monotonic clock. */
    @Nullable RefusedException since(long nanos) {
        Attempt known = last;
        return known != null && known.began() - nanos > 0 ? known.why() : null;
    }
}
