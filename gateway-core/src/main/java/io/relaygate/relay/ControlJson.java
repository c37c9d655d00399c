package io.relaygate.relay;

import io.relaygate.relay.ControlMessage.Accept;
import io.relaygate.relay.ControlMessage.Call;
import io.relaygate.relay.ControlMessage.RenewToken;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.relay.ControlMessage.Unknown;
import java.io.StringWriter;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The JSON of control messages. */
final class ControlJson {

    private static final JsonFactory FACTORY = new JsonFactory();

    private ControlJson() {}

    static ControlMessage read(String text) {
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("a control message is a JSON object");
            }
            ControlMessage found = new Unknown("");
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String command = json.currentName();
                boolean object = json.nextToken() == JsonToken.START_OBJECT;
                switch (command) {
                    case "accept" -> found = readAccept(json, object);
                    case "request" -> found = readRequest(json, object);
                    case "response" -> found = readResponse(json, object);
                    case "renewToken" -> found = readRenewToken(json, object);
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

    static String write(ControlMessage message) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            switch (message) {
                case Accept accept -> write(json, accept);
                case Request request -> write(json, request);
                case Response response -> write(json, response);
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

    private static void write(JsonGenerator json, Accept accept) {
        json.writeObjectPropertyStart("accept");
        json.writeStringProperty("address", accept.address());
        json.writeStringProperty("id", accept.id());
        writeMap(json, "connectHeaders", accept.headers());
        writeRemote(json, accept.remoteAddress(), accept.remotePort());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Request request) {
        json.writeObjectPropertyStart("request");
        json.writeStringProperty("address", request.address());
        json.writeStringProperty("id", request.id());
        Call call = request.call();
        if (call != null) {
            json.writeStringProperty("requestTarget", call.target());
            json.writeStringProperty("method", call.method());
            writeRemote(json, call.remoteAddress(), call.remotePort());
            writeMap(json, "requestHeaders", call.headers());
            json.writeBooleanProperty("body", call.body());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Response response) {
        json.writeObjectPropertyStart("response");
        json.writeStringProperty("requestId", response.requestId());
        json.writeNumberProperty("statusCode", response.status());
        json.writeStringProperty("statusDescription", response.description());
        writeMap(json, "responseHeaders", response.headers());
        json.writeBooleanProperty("body", response.body());
        json.writeEndObject();
    }

    private static void writeMap(JsonGenerator json, String name, Map<String, String> values) {
        json.writeObjectPropertyStart(name);
        values.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    private static void writeRemote(JsonGenerator json, String address, int port) {
        json.writeObjectPropertyStart("remoteEndpoint");
        json.writeStringProperty("address", address);
        json.writeNumberProperty("port", port);
        json.writeEndObject();
    }

    private static ControlMessage readAccept(JsonParser json, boolean object) {
        String address = "";
        String id = "";
        Map<String, String> remote = Map.of();
        Map<String, String> headers = Map.of();
        while (object && json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "address" -> address = scalar(json, value);
                case "id" -> id = scalar(json, value);
                case "connectHeaders" -> headers = readMap(json, value);
                case "remoteEndpoint" -> remote = readMap(json, value);
                default -> json.skipChildren();
            }
        }
        requireAddress("accept", address);
        return new Accept(address, id, headers, remote.getOrDefault("address", ""), readPort(remote));
    }

    private static ControlMessage readRequest(JsonParser json, boolean object) {
        String address = "";
        String id = "";
        String target = "";
        String method = "";
        @Nullable Boolean body = null;
        Map<String, String> remote = Map.of();
        Map<String, String> headers = Map.of();
        while (object && json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "address" -> address = scalar(json, value);
                case "id" -> id = scalar(json, value);
                case "requestTarget" -> target = scalar(json, value);
                case "method" -> method = scalar(json, value);
                case "requestHeaders" -> headers = readMap(json, value);
                case "remoteEndpoint" -> remote = readMap(json, value);
                case "body" -> body = scalar(json, value).equals("true");
                default -> json.skipChildren();
            }
        }
        requireAddress("request", address);
        if (id.isEmpty()) {
            throw new IllegalArgumentException("request has no id");
        }
        // Without one of them the rest is at the address, however much else there is.
        Call call = method.isEmpty() || body == null
                ? null
                : new Call(method, target, headers, remote.getOrDefault("address", ""), readPort(remote), body);
        return new Request(address, id, call);
    }

    private static ControlMessage readResponse(JsonParser json, boolean object) {
        String id = "";
        String status = "";
        String description = "";
        boolean body = false;
        Map<String, String> headers = Map.of();
        while (object && json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "requestId" -> id = scalar(json, value);
                case "statusCode" -> status = scalar(json, value);
                case "statusDescription" -> description = scalar(json, value);
                case "responseHeaders" -> headers = readMap(json, value);
                case "body" -> body = scalar(json, value).equals("true");
                default -> json.skipChildren();
            }
        }
        if (id.isEmpty()) {
            throw new IllegalArgumentException("response has no requestId");
        }
        return new Response(id, status.matches("[1-9][0-9]{2}") ? Integer.parseInt(status) : -1, description, headers, body);
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

    private static void requireAddress(String command, String address) {
        if (!address.startsWith("wss://") && !address.startsWith("ws://")) {
            throw new IllegalArgumentException(command + " has no address");
        }
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

    private static int readPort(Map<String, String> remote) {
        String text = remote.getOrDefault("port", "");
        return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    }
}
