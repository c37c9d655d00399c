package io.relaygate.relay;

import io.relaygate.relay.ControlMessage.Accept;
import io.relaygate.relay.ControlMessage.Call;
import io.relaygate.relay.ControlMessage.RenewToken;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.relay.ControlMessage.Unknown;
import java.io.StringWriter;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
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
                    case "accept" -> found = readAccept(Properties.read(json, object));
                    case "request" -> found = readRequest(Properties.read(json, object));
                    case "response" -> found = readResponse(Properties.read(json, object));
                    case "renewToken" -> found = readRenewToken(Properties.read(json, object));
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

    /**
     * The properties of a command, whatever they are.
     *
     * @param texts those with one value; empty for null and lists
     * @param maps those that are objects
     */
    private record Properties(Map<String, String> texts, Map<String, Map<String, String>> maps) {

        static Properties read(JsonParser json, boolean object) {
            Properties found = new Properties(new HashMap<>(), new HashMap<>());
            while (object && json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.START_OBJECT) {
                    found.maps.put(name, readMap(json));
                } else {
                    found.texts.put(name, scalar(json, value));
                }
            }
            return found;
        }

        String text(String name) {
            return texts.getOrDefault(name, "");
        }

        Map<String, String> map(String name) {
            return maps.getOrDefault(name, Map.of());
        }

        String remoteAddress() {
            return map("remoteEndpoint").getOrDefault("address", "");
        }

        int remotePort() {
            String port = map("remoteEndpoint").getOrDefault("port", "");
            return port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
        }
    }

    private static ControlMessage readAccept(Properties accept) {
        return new Accept(
                address("accept", accept),
                accept.text("id"),
                accept.map("connectHeaders"),
                accept.remoteAddress(),
                accept.remotePort());
    }

    private static ControlMessage readRequest(Properties request) {
        String id = request.text("id");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("request has no id");
        }
        // Without one of them the rest is at the address, however much else there is.
        boolean toFetch = request.text("method").isEmpty() || request.text("body").isEmpty();
        Call call = toFetch
                ? null
                : new Call(
                        request.text("method"),
                        request.text("requestTarget"),
                        request.map("requestHeaders"),
                        request.remoteAddress(),
                        request.remotePort(),
                        request.text("body").equals("true"));
        return new Request(address("request", request), id, call);
    }

    private static ControlMessage readResponse(Properties response) {
        String id = response.text("requestId");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("response has no requestId");
        }
        String status = response.text("statusCode");
        return new Response(
                id,
                status.matches("[1-9][0-9]{2}") ? Integer.parseInt(status) : -1,
                response.text("statusDescription"),
                response.map("responseHeaders"),
                response.text("body").equals("true"));
    }

    private static ControlMessage readRenewToken(Properties renewal) {
        if (renewal.text("token").isEmpty()) {
            throw new IllegalArgumentException("renewToken has no token");
        }
        return new RenewToken(renewal.text("token"));
    }

    private static String address(String command, Properties properties) {
        String address = properties.text("address");
        if (!address.startsWith("wss://") && !address.startsWith("ws://")) {
            throw new IllegalArgumentException(command + " has no address");
        }
        return address;
    }

    private static Map<String, String> readMap(JsonParser json) {
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
}
