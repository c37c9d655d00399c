package io.relaygate.relay.server;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/**
 * How the relay refuses a handshake, in Azure's statuses and words.
 *
 * @param status the HTTP status
 * @param words the reason phrase before tracking id and address
 * @param failure whether the source is to blame, so that repeating it is slowed down
 */
record Answer(int status, String words, boolean failure) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss")
            .withZone(ZoneOffset.UTC);

    static final Answer NO_TOKEN = refused(401, "MissingToken: Relay security token is required.");
    static final Answer MALFORMED_TOKEN = refused(401, "MalformedToken: The token is malformed.");
    static final Answer EXPIRED_TOKEN = refused(401, "ExpiredToken: The token is expired.");
    static final Answer WRONG_SIGNATURE = refused(401, "InvalidSignature: The token has an invalid signature.");
    static final Answer WRONG_AUDIENCE = refused(
            401, "InvalidAudience: The authorization header contains a token with a wrong audience.");
    static final Answer UNKNOWN_ENDPOINT = refused(404, "Endpoint does not exist.");
    static final Answer BAD_RENDEZVOUS = refused(403, "The rendezvous address is invalid, used or expired.");
    static final Answer NO_LISTENER = busy(404, "There are no listeners connected for the endpoint.");
    static final Answer NO_SUCH_LISTENER = busy(
            404, "None of the connected listeners meet the AllowedListeners/DisallowedListeners criteria.");
    static final Answer NOT_ACCEPTED = busy(
            504, "None of the connected listeners accepted the connections within the allowed timeout.");
    static final Answer LISTENER_LOST = busy(502, "The listener closed the connection.");
    static final Answer TOO_MANY_SENDERS = busy(503, "Too many senders are waiting for a listener.");
    static final Answer CLOSING = busy(503, "The relay is shutting down.");

    /** The listener quota; the words hold what clients look for. */
    static Answer quota(int listeners) {
        return refused(403, "QuotaExceeded: MaximumListenersPerEndpoint: The endpoint has its " + listeners
                + " listeners already.");
    }

    /** A token without the right. */
    static Answer lacks(RelaySettings.Right right) {
        String claim = right == RelaySettings.Right.LISTEN ? "Listen" : "Send";
        return refused(403, "Unauthorized access. '" + claim + "' claim(s) are required to perform this operation.");
    }

    /** Refuses, and blames the source. */
    static Answer refused(int status, String words) {
        return new Answer(status, words, true);
    }

    /** Refuses for no fault of the source. */
    static Answer busy(int status, String words) {
        return new Answer(status, words, false);
    }

    /**
     * The whole reason phrase.
     *
     * @param address what was asked for, {@code sb://host/path}
     */
    String phrase(String address, Instant now) {
        return words + " TrackingId:" + UUID.randomUUID() + "_G0, SystemTracker:" + address + ", Timestamp:"
                + TIME.format(now);
    }
}
