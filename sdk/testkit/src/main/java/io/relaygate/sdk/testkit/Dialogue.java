package io.relaygate.sdk.testkit;

/** What the client and the destinations of a session say, in order, and what they must hear. May be run many times. */
@FunctionalInterface
public interface Dialogue {

    /** Runs it. When it returns, the client ends its direction, if it has not, and the session must end. */
    void run(TestSession session);
}
