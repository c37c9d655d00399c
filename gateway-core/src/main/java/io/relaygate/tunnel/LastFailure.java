package io.relaygate.tunnel;

import io.relaygate.sdk.RefusedException;
import org.jspecify.annotations.Nullable;

/** Why the last attempt to get a carrier for a lane has failed. Any thread. */
final class LastFailure {

    private volatile @Nullable Attempt last;

    private record Attempt(long began, RefusedException why) {}

    void failed(long began, RefusedException why) {
        last = new Attempt(began, why);
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
