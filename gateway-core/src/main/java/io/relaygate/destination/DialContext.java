package io.relaygate.destination;

import java.time.Instant;

/**
 * For whom a destination is dialled.
 *
 * @param session the session's id; travels to the site
 * @param entryPoint the name of the entry point; travels to the site
 * @param source where the client comes from, for people; travels to the site
 * @param deadline when to give up
 */
public record DialContext(String session, String entryPoint, String source, Instant deadline) {}
