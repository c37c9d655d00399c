package io.relaygate.relay.server;

import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * How the relay refuses a handshake or a request, in Azure's statuses and words.
 *
 * @param status the HTTP status
 * @param words the reason phrase before tracking id and address
 * @param blame who is to blame, so that repeating it is slowed down
 */
record Answer(int status, String words, Blame blame) {

    /** Who has caused a refusal. */
    enum Blame {
        /** No fault of whoever asked. */
        NOBODY,
        /** Whoever asks for this hybrid connection from this address. */
        SOURCE,
        /** The listener that asked: it may listen, and others at its address may be well. */
        LISTENER
    }

    private static final JsonFactory JSON = new JsonFactory();

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
    static final Answer NOBODY_FOR_REQUEST = busy(502, "There are no listeners connected for the endpoint.");
    static final Answer BAD_RESPONSE = busy(502, "The listener's response is malformed.");
    static final Answer NO_RESPONSE = busy(
            504,
            "The request was routed to the listener but the listener did not respond in the required time.");
    static final Answer SLOW_SENDER = busy(408, "The body of the request did not arrive in the required time.");
    /** Nobody hears it; it is for logs and metrics, by a status that servers use for this. */
    static final Answer SENDER_LEFT = busy(499, "The sender has left before the answer.");

    static final Answer SENDER_LOST = busy(400, "The body of the request ended too early or is malformed.");
    static final Answer NOT_MANAGED_HERE = refused(405, "The configuration of the relay declares its hybrid connections.");
    static final Answer CLOSING = busy(503, "The relay is shutting down.");

    /** The listener quota; the words hold what clients look for. */
    static Answer quota(int listeners) {
        String words = "QuotaExceeded: MaximumListenersPerEndpoint: The endpoint has its " + listeners + " listeners already.";
        return new Answer(403, words, Blame.LISTENER);
    }

    /** A token without the right. Who asks for management is told 401: to clients, 403 means a quota there. */
    static Answer lacks(RelaySettings.Right right) {
        String claim =
                switch (right) {
                    case LISTEN -> "Listen";
                    case SEND -> "Send";
                    case MANAGE -> "Manage";
                };
        return refused(right == RelaySettings.Right.MANAGE ? 401 : 403, "Unauthorized access. '" + claim + "' claim(s) are required to perform this operation.");
    }

    /** Refuses, and blames the source. */
    static Answer refused(int status, String words) {
        return new Answer(status, words, Blame.SOURCE);
    }

    /** Refuses for no fault of the source. */
    static Answer busy(int status, String words) {
        return new Answer(status, words, Blame.NOBODY);
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

    /** The body for those who read bodies: who sent an HTTP request. */
    String json(String phrase) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeObjectPropertyStart("error");
            json.writeStringProperty("code", code());
            json.writeStringProperty("message", phrase);
            json.writeEndObject();
            json.writeEndObject();
        }
        return text.toString();
    }

    /** Azure's codes for 401 and 504 are known; they and the others are named like .NET's statuses. */
    private String code() {
        return switch (status) {
            case 401 -> "TokenMissingOrInvalid";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 408 -> "RequestTimeout";
            case 501 -> "NotImplemented";
            case 502 -> "BadGateway";
            case 503 -> "ServiceUnavailable";
            case 504 -> "GatewayTimeout";
            default -> "BadRequest";
        };
    }
}
