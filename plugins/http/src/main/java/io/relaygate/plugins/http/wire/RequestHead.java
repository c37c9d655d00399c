package io.relaygate.plugins.http.wire;

import org.jspecify.annotations.Nullable;

/**
 * The head of a request (RFC 9112 section 3), checked.
 *
 * @param method a token; methods are told apart by case
 * @param target in origin form, as it came: path and query, undecoded; or {@code *}
 * @param authority what {@code Host}, or the target in absolute form, says; null if the client of HTTP/1.0 has said nothing
 * @param version what the client speaks
 * @param fields without those that say the framing
 * @param body how its body is framed
 */
public record RequestHead(
        String method, String target, @Nullable Authority authority, Version version, Fields fields, Framing body) {

    /** Whether the client speaks HTTP/1.0, which knows no chunks and no interim responses. */
    public boolean isOld() {
        return version == Version.HTTP_1_0;
    }

    /** Whether what follows it is no body, but a tunnel's if the answer is that it begins: an extended CONNECT (RFC 8441). */
    public boolean isTunnel() {
        return version == Version.HTTP_2 && fields.has("Upgrade");
    }

    /** The same with other fields. */
    public RequestHead with(Fields others) {
        return new RequestHead(method, target, authority, version, others, body);
    }

    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** Whether it may be sent again when nobody knows what became of it (RFC 9110 section 9.2.2). */
    public boolean isIdempotent() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
            default -> false;
        };
    }
}
