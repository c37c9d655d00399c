package io.relaygate.relay;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One text message of a control channel: a JSON object whose key is the command (Hybrid Connections protocol,
 * "Accept message", "Request message", "Response message", "Token renewal"). Reading is tolerant: what is not known is
 * skipped.
 */
public sealed interface ControlMessage {

    /** .NET listeners read a message into a buffer of this size and fail on longer ones. */
    int MAX_LENGTH = 64 * 1024 - 1;

    /**
     * Relay to listener: a sender waits.
     *
     * @param address where to open the rendezvous
     * @param id the sender's id, led by a GUID
     * @param headers the sender's headers; names compare without case
     * @param remoteAddress the sender's IP address, or empty
     * @param remotePort the sender's port, or 0
     */
    record Accept(String address, String id, Map<String, String> headers, String remoteAddress, int remotePort)
            implements ControlMessage {}

    /**
     * Relay to listener: an HTTP request, or where to fetch one.
     *
     * @param address where to open the rendezvous
     * @param id what the response calls the request, led by a GUID
     * @param call the request, or null if it must be fetched at the address
     */
    record Request(String address, String id, @Nullable Call call) implements ControlMessage {}

    /**
     * An HTTP request.
     *
     * @param target path and query, as sent, without parameters of the relay's own
     * @param headers without those that concern one connection only; names compare without case
     * @param remoteAddress the sender's IP address, or empty
     * @param remotePort the sender's port, or 0
     * @param body whether one binary message with the body follows
     */
    record Call(
            String method,
            String target,
            Map<String, String> headers,
            String remoteAddress,
            int remotePort,
            boolean body) {}

    /**
     * Listener to relay: the answer to an HTTP request.
     *
     * @param requestId the id of the request
     * @param status the HTTP status, or -1 if the text was none
     * @param description the reason phrase, perhaps empty
     * @param headers names compare without case
     * @param body whether one binary message with the body follows
     */
    record Response(String requestId, int status, String description, Map<String, String> headers, boolean body)
            implements ControlMessage {}

    /**
     * Listener to relay: a fresh token.
     *
     * @param token as in the handshake
     */
    record RenewToken(String token) implements ControlMessage {
        @Override
        public String toString() {
            return "RenewToken";
        }
    }

    /**
     * A command that this side does not know.
     *
     * @param command its key, or empty if the object had none
     */
    record Unknown(String command) implements ControlMessage {}

    /**
     * Reads a message.
     *
     * @throws IllegalArgumentException if it is not a JSON object, or a known command lacks what it needs; the message
     *     repeats nothing of the text
     */
    static ControlMessage parse(String text) {
        return ControlJson.read(text);
    }

    /** The message as JSON. */
    default String toJson() {
        return ControlJson.write(this);
    }
}
