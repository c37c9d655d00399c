package io.relaygate.relay;

import java.io.StringWriter;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One text message of a control channel: a JSON object whose key is the command (Hybrid Connections protocol,
 * "Accept message", "Token renewal"). Reading is tolerant: what is not known is skipped.
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
        try (JsonParser json = Json.FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("a control message is a JSON object");
            }
            ControlMessage found = new Unknown("");
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String command = json.currentName();
                boolean object = json.nextToken() == JsonToken.START_OBJECT;
                switch (command) {
                    case "accept" -> found = Json.readAccept(json, object);
                    case "renewToken" -> found = Json.readRenewToken(json, object);
                    default -> {
                        json.skipChildren();
                        found = found instanceof Unknown(String known) && known.isEmpty() ? new Unknown(command) : found;
                    }
                }
            }
            return found;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("a control message is not JSON", e);
        }
    }

    /** The message as JSON. */
    default String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            switch (this) {
                case Accept accept -> Json.write(json, accept);
                case RenewToken(String token) -> {
                    json.writeObjectPropertyStart("renewToken");
                    json.writeStringProperty("token", token);
                    json.writeEndObject();
                }
                case Unknown unknown -> throw new IllegalStateException("nobody sends " + unknown);
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    /** The JSON of the messages. */
    final class Json {

        private static final JsonFactory FACTORY = new JsonFactory();

        private Json() {}

        private static void write(JsonGenerator json, Accept accept) {
            json.writeObjectPropertyStart("accept");
            json.writeStringProperty("address", accept.address());
            json.writeStringProperty("id", accept.id());
            json.writeObjectPropertyStart("connectHeaders");
            accept.headers().forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeObjectPropertyStart("remoteEndpoint");
            json.writeStringProperty("address", accept.remoteAddress());
            json.writeNumberProperty("port", accept.remotePort());
            json.writeEndObject();
            json.writeEndObject();
        }

        private static ControlMessage readAccept(JsonParser json, boolean object) {
            String address = "";
            String id = "";
            String remoteAddress = "";
            int remotePort = 0;
            Map<String, String> headers = Map.of();
            while (object && json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                switch (name) {
                    case "address" -> address = scalar(json, value);
                    case "id" -> id = scalar(json, value);
                    case "connectHeaders" -> headers = readMap(json, value);
                    case "remoteEndpoint" -> {
                        Map<String, String> remote = readMap(json, value);
                        remoteAddress = remote.getOrDefault("address", "");
                        remotePort = readPort(remote.getOrDefault("port", ""));
                    }
                    default -> json.skipChildren();
                }
            }
            if (!address.startsWith("wss://") && !address.startsWith("ws://")) {
                throw new IllegalArgumentException("accept has no address");
            }
            return new Accept(address, id, headers, remoteAddress, remotePort);
        }

        private static ControlMessage readRenewToken(JsonParser json, boolean object) {
            String token = "";
            while (object && json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean mine = json.currentName().equals("token");
                JsonToken value = json.nextToken();
                String text = scalar(json, value);
                token = mine ? text : token;
            }
            if (token.isEmpty()) {
                throw new IllegalArgumentException("renewToken has no token");
            }
            return new RenewToken(token);
        }

        private static Map<String, String> readMap(JsonParser json, JsonToken start) {
            if (start != JsonToken.START_OBJECT) {
                json.skipChildren();
                return Map.of();
            }
            Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                String text = scalar(json, value);
                values.merge(name, text, (one, other) -> one + ", " + other);
            }
            return Collections.unmodifiableMap(values);
        }

        /** A string, number or boolean as text; anything else is skipped and empty. */
        private static String scalar(JsonParser json, JsonToken value) {
            if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                return json.getString();
            }
            json.skipChildren();
            return "";
        }

        private static int readPort(String text) {
            return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        }
    }
}
