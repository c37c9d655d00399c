package io.relaygate.observe;

import java.time.Instant;
import java.util.Map;

/**
 * An event of the log, for who watches it in the process.
 *
 * @param time when it was logged
 * @param logger the name of its logger
 * @param message its message
 * @param values its key values, capped as in the log: strings, numbers, booleans, lists or maps of strings
 */
public record LogEvent(Instant time, String logger, String message, Map<String, Object> values) {}
