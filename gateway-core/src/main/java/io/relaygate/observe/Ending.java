package io.relaygate.observe;

/** How a session ended. The name is also the metric label and the log field. */
public enum Ending {
    /** The client ended first, cleanly. */
    CALLER_DONE,
    /** The destination ended first, cleanly. */
    DESTINATION_DONE,
    /** The session was refused before it was connected. */
    REFUSED,
    /** Nothing moved for too long. */
    IDLE,
    /** A deadline passed. */
    DEADLINE,
    /** The relay connection that carried the session broke. */
    RELAY_LOST,
    /** One of the two ends broke. */
    PEER_LOST,
    /** The gateway shut down. */
    SHUTDOWN,
    /** A defect ended it. */
    BROKEN
}
