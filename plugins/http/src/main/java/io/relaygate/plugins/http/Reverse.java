package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Puts the client's host in the place of the destination's own where a response says where something is, because the destination
 * knows itself by another. What names other hosts stays.
 */
final class Reverse {

    private static final List<String> PLACES = List.of("Location", "Content-Location");

    private final Authority inner;
    private final Authority outer;
    private final boolean https;

    /**
     * For the responses to one request.
     *
     * @param inner what the destination has seen as {@code Host}
     * @param outer what the client has said as {@code Host}
     * @param https whether the client speaks TLS
     */
    Reverse(Authority inner, Authority outer, boolean https) {
        this.inner = inner;
        this.outer = outer;
        this.https = https;
    }

    /** Changes the fields of a response. */
    void apply(Fields fields) {
        for (String place : PLACES) {
            String url = fields.first(place);
            if (url != null && fields.count(place) == 1) {
                fields.replace(place, mapped(url));
            }
        }
        if (fields.has("Set-Cookie")) {
            fields.replaceEach("Set-Cookie", this::cookie);
        }
    }

    /** A URL with the client's host if it has the destination's, however the default port is spelt. */
    private String mapped(String url) {
        int host = url.indexOf("//") + 2;
        String scheme = host < 2 ? "" : url.substring(0, host).toLowerCase(Locale.ROOT);
        boolean secured = scheme.equals("https://") || (scheme.equals("//") && https);
        if (!secured && !scheme.equals("http://") && !scheme.equals("//")) {
            return url;
        }
        int end = host;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        try {
            Authority there = Authority.parse(url.substring(host, end));
            if (!there.host().equals(inner.host()) || there.port(secured) != inner.port(secured)) {
                return url;
            }
        } catch (MalformedException e) {
            return url;
        }
        return (scheme.equals("//") ? scheme : https ? "https://" : "http://") + outer + url.substring(end);
    }

    /** Without a domain that is the destination's: then the cookie is for the host that the client asked (RFC 6265 section 5.3). */
    private String cookie(Field cookie) {
        List<String> kept = new ArrayList<>();
        for (String part : cookie.value().split(";", -1)) {
            String attribute = part.strip().toLowerCase(Locale.ROOT);
            String domain = attribute.startsWith("domain=") ? attribute.substring("domain=".length()).strip() : "";
            if (!(domain.startsWith(".") ? domain.substring(1) : domain).equals(inner.host())) {
                kept.add(part);
            }
        }
        return String.join(";", kept);
    }
}
