package io.relaygate.sdk;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Serves the sessions of one route. Used by many threads at once. */
public interface ProtocolHandler extends AutoCloseable {

    /**
     * Serves one session, from its first byte to its last. One call is one connection and one thread; the session is
     * over when the call returns, and both its connections are closed by the gateway.
     *
     * @throws RefusedException if the caller may not go on
     * @throws IOException if a connection failed
     */
    void handle(Session session) throws IOException;

    /**
     * Says what would become of something that a client asks once it is connected, for {@code relaygate explain}. Connects nobody and
     * counts nothing; the handler was opened as to check a configuration.
     *
     * @param facts as the client's session would have them
     * @param asked what it asks, in words of the protocol; a line each
     * @return null if the protocol does not say
     * @throws RefusedException if it would be refused
     * @throws IllegalArgumentException if nothing of the protocol is asked so; the message is for whoever asks
     */
    default @Nullable Explained explain(SessionFacts facts, List<String> asked) throws RefusedException {
        return null;
    }

    /**
     * What of a route that names identity providers is open to clients that have proven nothing, because its settings say so: in
     * their words, for people, as in {@code host shop.contoso.com, path /healthz}. Asked once, before the first session. Where
     * there is anything, the route lets {@link Caller#ANONYMOUS} through without asking its {@code allow:} for callers and groups;
     * destinations ask for them still. Only for protocols whose handler finds out who calls for each thing that is asked.
     */
    default List<String> openPlaces() {
        return List.of();
    }

    /**
     * What of the route's settings is no mistake, but should be known: a line each, in words. Asked when a configuration is checked;
     * {@code relaygate check} shows them.
     */
    default List<String> notes() {
        return List.of();
    }

    /**
     * What would become of it.
     *
     * @param steps in words, one line each; no secrets
     * @param to where it would go, or null if it would be answered without that
     */
    record Explained(List<String> steps, @Nullable DestinationName to) {

        /** Keeps its own copy. */
        public Explained {
            steps = List.copyOf(steps);
        }
    }

    /** Called once, after the last {@link #handle} has returned. */
    @Override
    default void close() {}
}
