package io.relaygate.destination;

import java.time.Instant;

/**
 * For whom a destination is dialled.
 *
 * @param session the session's id; travels to the site
 * @param entryPoint the name of the entry point; travels to the site
 * @param deadline when to give up
 */
public record DialContext(String session, String entryPoint, Instant deadline) {}
