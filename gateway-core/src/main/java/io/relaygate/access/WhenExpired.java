package io.relaygate.access;

/** What becomes of a session when the proof of its caller has expired. */
public enum WhenExpired {
    /** It ends. */
    END,
    /** It goes on: the proof was good when it began. */
    KEEP
}
