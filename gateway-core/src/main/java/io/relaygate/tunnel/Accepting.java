package io.relaygate.tunnel;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A session at the edge, which may be used before the site has accepted it. */
public interface Accepting {

    /**
     * Waits until the site has accepted the session.
     *
     * @return how long the site took, its connecting to the destination included; null if it does not tell
     * @throws io.relaygate.sdk.RefusedException if the site has refused it
     * @throws java.net.SocketTimeoutException if the limit passed first
     */
    @Nullable Duration awaitAccepted(Duration limit) throws IOException;
}
