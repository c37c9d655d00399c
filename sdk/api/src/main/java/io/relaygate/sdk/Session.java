package io.relaygate.sdk;

import java.io.IOException;

/**
 * One client connection, from accept to its last byte. Given to {@link ProtocolHandler#handle} and usable until that
 * call returns.
 *
 * <p>Not thread safe but for {@link #note} and {@link #fork}'s tasks, which may run beside the handler.
 */
public interface Session {

    /** What is known about the session before its first byte is read. */
    SessionFacts facts();

    /**
     * The client's side. Where the client waits behind a relay, the first call accepts it; a {@link RefusedException}
     * that leaves the handler before that reaches the client as the relay's refusal, with its reason.
     */
    Connection client() throws IOException;

    /**
     * Connects to a destination. Every address of the destination is tried in turn until one answers.
     *
     * @param caller who asks
     * @param destination a declared destination, or {@code site/service}
     * @throws RefusedException if the far side refused, if no address answered, or if policy says no
     */
    Connection dial(Caller caller, DestinationName destination) throws IOException;

    /**
     * Carries bytes both ways until both directions have ended, keeping half-close wherever both sides can. A side
     * that breaks is answered by aborting the other: a reset never looks like an end.
     */
    void splice(Connection a, Connection b) throws IOException;

    /** Dials for the session's own caller, then splices the client with the destination. */
    void forward(DestinationName destination) throws IOException;

    /** Runs a task on a thread of its own that ends with the session: its connections are closed then. */
    void fork(String name, IoTask task);

    /** Adds a fact to the session's audit line, for example {@code "tds.database" = "Orders"}. */
    void note(String fact, String value);

    /** A task of {@link #fork}. */
    @FunctionalInterface
    interface IoTask {
        void run() throws IOException;
    }
}
