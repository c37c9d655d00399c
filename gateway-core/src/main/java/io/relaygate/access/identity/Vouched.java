package io.relaygate.access.identity;

import io.relaygate.sdk.Caller;
import java.time.Instant;

/**
 * A caller whom identity providers vouch for.
 *
 * @param caller as it is now
 * @param until until when they do, as far as time alone can say
 */
public record Vouched(Caller caller, Instant until) {}
