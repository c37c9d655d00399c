package io.relaygate.destination;

import io.relaygate.access.Arrival;
import io.relaygate.sdk.Caller;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For whom a destination is dialled.
 *
 * @param session the session's id; travels to the site
 * @param entryPoint the name of the entry point; travels to the site
 * @param source where the client comes from, for people; travels to the site
 * @param caller who asks; travels to the site if that is known by its key
 * @param tls what the TLS that ended at the entry point has shown, or null; travels with the caller
 * @param offered the application protocols that TLS to it offers, if it has TLS: one of them must be chosen; empty to offer none
 * @param deadline when to give up
 */
public record DialContext(
        String session, String entryPoint, String source, Caller caller, Arrival.@Nullable Tls tls, List<String> offered, Instant deadline) {}
