package io.relaygate.azure;

import io.relaygate.net.WayOut;
import io.relaygate.net.WebCall;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What Azure's services have in common: small JSON objects over HTTP, whose texts may be secrets. */
final class Web {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern ADDRESS = Pattern.compile(
            "https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?|http://(localhost|127\\.[0-9.]+|\\[::1])(:[0-9]{1,5})?/?");
    /** How long one call may take. */
    static final Duration ONE_CALL = Duration.ofSeconds(4);

    private Web() {}

    /** Whether a base address is https, or http to this machine. */
    static boolean isAllowed(String address) {
        return ADDRESS.matcher(address).matches();
    }

    /** Sends, within four seconds and before the deadline. */
    static WebCall.Answer send(WebCall call, WayOut out, Instant deadline) throws IOException {
        Duration left = Duration.between(Instant.now(), deadline);
        if (!left.isPositive()) {
            throw new IOException(call.uri() + ": no time is left to ask it");
        }
        return call.send(out, left.compareTo(ONE_CALL) < 0 ? left : ONE_CALL, _ -> {});
    }

    /** What is said of an address that is no URI. */
    static URI uri(String text) throws IOException {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new IOException("not an address with a host: " + text);
    }

    /**
     * A text or number that is a member of a JSON object, never held as a String; the caller wipes it.
     *
     * @return null if it is not there
     * @throws IOException if the bytes are no JSON object; the message holds none of them
     */
    static char @Nullable [] member(byte[] json, String... path) throws IOException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            int depth = 0;
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the answer is no JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean wanted = parser.currentName().equals(path[depth]);
                JsonToken value = parser.nextToken();
                if (!wanted) {
                    parser.skipChildren();
                } else if (depth + 1 < path.length) {
                    if (value != JsonToken.START_OBJECT) {
                        return null;
                    }
                    depth++;
                } else if (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT) {
                    int from = parser.getStringOffset();
                    return Arrays.copyOfRange(parser.getStringCharacters(), from, from + parser.getStringLength());
                } else {
                    return null;
                }
            }
            return null;
        } catch (JacksonException e) {
            throw new IOException("the answer is not JSON");
        }
    }

    /** A member as it is; empty if there is none. */
    static String text(byte[] json, String... path) throws IOException {
        char[] text = member(json, path);
        return text == null ? "" : new String(text);
    }

    /** A member that is no secret, for a message: one line, printable, 200 characters at most; empty if there is none. */
    static String said(byte[] json, String... path) {
        try {
            char[] text = member(json, path);
            String line = text == null ? "" : new String(text).lines().findFirst().orElse("");
            return line.replaceAll("\\p{Cntrl}", " ").substring(0, Math.min(200, line.length()));
        } catch (IOException e) {
            return "";
        }
    }

    /** The seconds of a Retry-After, 0 if none are given; a date (RFC 9110 section 10.2.3) counts as a minute. */
    static long retryAfter(WebCall.Answer answer) {
        String given = answer.head().field("Retry-After");
        if (given == null) {
            return 0;
        }
        return given.matches("[0-9]{1,5}") ? Long.parseLong(given) : 60;
    }
}
