package io.relaygate.plugins.http.rules;

import io.relaygate.plugins.http.wire.Chars;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a text of the settings can have in it as <code>${...}</code>.
 *
 * @param kind what it is
 * @param name of the field, the cookie or the parameter, or the number of the capture; empty for others
 */
public record Variable(Kind kind, String name) {

    /** What there is. A dot at the end is followed by a name. */
    public enum Kind {
        /** The client's address. */
        CLIENT_IP("client.ip"),
        /** The client's port. */
        CLIENT_PORT("client.port"),
        /** {@code https} where the client speaks TLS, otherwise {@code http}. */
        SCHEME("scheme"),
        /** The host that was asked for, without its port. */
        HOST("host"),
        /** The method. */
        METHOD("method"),
        /** The path as it came, undecoded. */
        PATH("path"),
        /** The query as it came, without its question mark. */
        QUERY("query"),
        /** Path and query, as they came. */
        TARGET("target"),
        /** The first parameter of this name, undecoded. */
        PARAMETER("query."),
        /** The first cookie of this name. */
        COOKIE("cookie."),
        /** The request's fields of this name, as one list. */
        HEADER("header."),
        /** The response's fields of this name, as one list. */
        RESPONSE("response."),
        /** The response's status. */
        STATUS("status"),
        /** The name of who calls. */
        CALLER("caller"),
        /** The route's name. */
        ROUTE("route"),
        /** The session's id. */
        SESSION("session"),
        /** The request's id, as {@code X-Request-Id} says it. */
        REQUEST("request.id"),
        /** When the request came, in UTC (RFC 3339). */
        TIME("time"),
        /** What a group of the rule's pattern has found. */
        CAPTURE("");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        private boolean isNamed() {
            return text.endsWith(".");
        }
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if there is no such
     */
    static Variable parse(String text) {
        if (text.matches("[0-9]{1,2}")) {
            return new Variable(Kind.CAPTURE, text);
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.CAPTURE && !kind.isNamed() && kind.text.equals(text)) {
                return new Variable(kind, "");
            }
        }
        for (Kind kind : Kind.values()) {
            if (kind.isNamed() && text.startsWith(kind.text) && Chars.isToken(text.substring(kind.text.length()))) {
                return new Variable(kind, text.substring(kind.text.length()));
            }
        }
        throw new IllegalArgumentException("there is no variable '${" + text + "}'; there are " + all() + "; `$${` stands for `${` itself");
    }

    private static String all() {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind != Kind.CAPTURE)
                .map(kind -> kind.isNamed() ? kind.text + "NAME" : kind.text)
                .collect(Collectors.joining(", "));
    }

    /** Whether only a response has it. */
    boolean isOfResponses() {
        return kind == Kind.RESPONSE || kind == Kind.STATUS;
    }

    @Override
    public String toString() {
        return "${" + kind.text.toLowerCase(Locale.ROOT) + name + "}";
    }
}
