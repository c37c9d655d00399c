package io.relaygate.plugins.http.rules;

import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.sdk.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which pages of other origins may ask (the Fetch standard, "CORS protocol"); destinations are not heard on it. */
public record Cors(
        @Setting(value = "Their origins, as browsers say them; or `*` for any page.", required = true, example = "[\"https://app.contoso.com\"]")
                List<String> origins,
        @Setting(value = "Methods that they may use.", byDefault = "[GET, HEAD, POST]") List<String> methods,
        @Setting(value = "Fields of requests that they may set, beside those that any page may.", example = "[Content-Type]") List<String> headers,
        @Setting(value = "Fields of responses that they may read, beside those that any page may.", example = "[ETag]") List<String> expose,
        @Setting(value = "Whether they ask with cookies and credentials.", byDefault = "false") boolean credentials,
        @Setting(value = "How long browsers remember this.", byDefault = "10m", max = "24h") Duration maxAge) {

    private static final String ANY = "*";
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[a-z0-9.-]+(:[0-9]{1,5})?|[a-z][a-z0-9+.-]*://\\[[0-9a-f:]+](:[0-9]{1,5})?");

    /** Refuses what browsers would not take, or what opens more than is said. */
    public Cors {
        origins = List.copyOf(origins);
        methods = List.copyOf(methods);
        headers = List.copyOf(headers);
        expose = List.copyOf(expose);
        if (origins.contains(ANY) && origins.size() > 1) {
            throw new IllegalArgumentException("`*` in `origins` is all of them; leave the others out");
        }
        if (credentials && Stream.of(origins, methods, headers, expose).anyMatch(list -> list.contains(ANY))) {
            throw new IllegalArgumentException("with `credentials`, `*` would be every page on earth, and browsers refuse it: name what is meant");
        }
        for (String origin : origins) {
            if (!origin.equals(ANY) && (!ORIGIN.matcher(origin).matches() || hasDefaultPort(origin))) {
                throw new IllegalArgumentException(
                        "expected an origin as browsers say it, `https://app.contoso.com`, without a path or a default port, found '" + origin + "'");
            }
        }
        Stream.of(methods, headers, expose).flatMap(List::stream).filter(name -> !Chars.isToken(name)).forEach(name -> {
            throw new IllegalArgumentException("expected a method or the name of a field, found '" + name + "'");
        });
    }

    private static boolean hasDefaultPort(String origin) {
        return (origin.startsWith("https://") && origin.endsWith(":443")) || (origin.startsWith("http://") && origin.endsWith(":80"));
    }

    /** Whether a request asks for leave alone. */
    public static boolean isPreflight(Known known) {
        Fields fields = known.head().fields();
        return known.head().method().equals("OPTIONS") && fields.has("Origin") && fields.has("Access-Control-Request-Method");
    }

    /** The answer to {@linkplain #isPreflight such a request}, but for what {@link #apply} says. */
    public Reply preflight(Known known) {
        Reply reply = Reply.empty(204);
        if (allowed(known) != null) {
            addTo(reply.fields(), "Access-Control-Allow-Methods", methods);
            addTo(reply.fields(), "Access-Control-Allow-Headers", headers);
            reply.fields().add("Access-Control-Max-Age", Long.toString(maxAge.toSeconds()));
        }
        return reply;
    }

    private static void addTo(Fields fields, String name, List<String> list) {
        if (!list.isEmpty()) {
            fields.add(name, String.join(", ", list));
        }
    }

    private @Nullable String allowed(Known known) {
        Fields fields = known.head().fields();
        String origin = fields.count("Origin") == 1 ? fields.first("Origin") : null;
        if (origin == null) {
            return null;
        }
        return origins.contains(ANY) ? ANY : origins.contains(origin) ? origin : null;
    }

    /**
     * Says in a response who may read it.
     *
     * @param own whether the gateway gives it itself
     */
    public void apply(Fields fields, Known known, boolean own) {
        if (!own) {
            fields.removeIf(field -> field.name().toLowerCase(Locale.ROOT).startsWith("access-control-"));
        }
        if (!origins.contains(ANY) && !fields.names("Vary", "Origin") && !fields.names("Vary", ANY)) {
            fields.add("Vary", "Origin");
        }
        String origin = allowed(known);
        if (origin == null) {
            return;
        }
        fields.add("Access-Control-Allow-Origin", origin);
        if (credentials) {
            fields.add("Access-Control-Allow-Credentials", "true");
        }
        if (!isPreflight(known)) {
            addTo(fields, "Access-Control-Expose-Headers", expose);
        }
    }
}
