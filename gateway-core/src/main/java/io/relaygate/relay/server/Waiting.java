package io.relaygate.relay.server;

import io.relaygate.net.Link;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A sender that waits for a listener. Its secret, 128 random bits, is the whole proof of a rendezvous, so it is never
 * logged; the id is public.
 */
final class Waiting {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Request request;
    private final String secret;
    private final Handover<Outcome> outcome = new Handover<>();
    private final AtomicBoolean claimed = new AtomicBoolean();

    Waiting(Request request) {
        this.request = request;
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        this.secret = HexFormat.of().formatHex(bits);
    }

    /**
     * What the sender asked for.
     *
     * @param id led by a GUID: the sender's own if it is one
     * @param path the hybrid connection and what followed it, as sent, made safe for a URL
     * @param suffix what followed the hybrid connection, decoded; empty if nothing did
     * @param query the sender's own query without what is the relay's, empty if there is none
     * @param headers the sender's headers without tokens
     * @param address the sender's IP address, or {@code memory}
     * @param port the sender's port, or 0
     */
    record Request(
            String id,
            String path,
            String suffix,
            String query,
            Map<String, String> headers,
            String address,
            int port) {}

    /** How the waiting ends. */
    sealed interface Outcome {

        /**
         * A listener has opened the rendezvous, and its handshake is answered.
         *
         * @param link carries WebSocket frames, with the listener as client
         * @param protocol the sub-protocol that the listener chose, or null
         */
        record Opened(Link link, @Nullable String protocol) implements Outcome {}

        /**
         * A gateway of this process has accepted and wants the sender's connection.
         *
         * @param connection where to give it
         */
        record Taken(Handover<Link> connection) implements Outcome {}

        /** A listener has rejected the sender. */
        record Rejected(int status, String words) implements Outcome {}

        /** The relay gives up. */
        record Given(Answer answer) implements Outcome {}
    }

    Request request() {
        return request;
    }

    String secret() {
        return secret;
    }

    /** Makes the caller the only one who decides about the sender; false if somebody else does. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /**
     * Ends the waiting.
     *
     * @return false if it has ended already; then the giver keeps what it wanted to give
     */
    boolean end(Outcome how) {
        return outcome.give(how);
    }

    /** Waits for the end; NOT_ACCEPTED if the limit passes first. */
    Outcome await(Duration limit) {
        Outcome how = outcome.take(limit);
        return how == null ? new Outcome.Given(Answer.NOT_ACCEPTED) : how;
    }
}
