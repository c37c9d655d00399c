package io.relaygate.tunnel;

import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Dials carriers. */
@FunctionalInterface
public interface Dialer {

    /**
     * Dials one.
     *
     * @param boot the boot of the site's process that is wanted, 32 hexadecimal digits, or null for any
     * @throws OtherProcessException if another process of the site answered
     * @throws RefusedException if the relay refused, or nobody listens
     */
    Opened dial(@Nullable String boot, Instant deadline) throws IOException;

    /** What was dialled over a relay was no carrier: whoever answered is no site in tunnel mode. */
    default void failed(String relay, RefusedException why) {}

    /** A carrier over the relay of that name was lost: others are better for the next. */
    default void lost(String relay) {}
}
