package io.relaygate.plugins.http;

import io.relaygate.plugins.http.rules.PathBack;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Puts the client's host and path in the place of the destination's own where a response says where something is, because the
 * destination knows itself by others. What names other hosts, or what is not below the destination's path, stays.
 */
final class Reverse {

    private static final List<String> PLACES = List.of("Location", "Content-Location");

    private final Authority inner;
    private final Authority outer;
    private final boolean https;
    private final @Nullable PathBack back;

    private Reverse(Authority inner, Authority outer, boolean https, @Nullable PathBack back) {
        this.inner = inner;
        this.outer = outer;
        this.https = https;
        this.back = back;
    }

    /**
     * For the responses to one request; null if nothing is to be put back.
     *
     * @param asked by the client
     * @param made for the destination
     * @param back what paths of the destination are for the client; null if they are the same
     * @param https whether the client speaks TLS
     */
    static @Nullable Reverse of(RequestHead asked, RequestHead made, @Nullable PathBack back, boolean https) {
        Authority outer = asked.authority();
        Authority inner = made.authority();
        if (outer == null || inner == null) {
            return null;
        }
        // Not by the record's own equals: the JDK remembers the class that it was asked of last, and would keep a replaced plugin in memory.
        boolean sameHost = outer.host().equals(inner.host()) && outer.port() == inner.port();
        boolean samePath = back == null || back.isNothing();
        return sameHost && samePath ? null : new Reverse(inner, outer, https, back);
    }

    /** Changes the fields of a response. */
    void apply(Fields fields) {
        for (String place : PLACES) {
            String url = fields.first(place);
            if (url != null && fields.count(place) == 1) {
                fields.replace(place, mapped(url));
            }
        }
        if (fields.has("Refresh")) {
            fields.replaceEach("Refresh", field -> refresh(field.value()));
        }
        if (fields.has("Link")) {
            fields.replaceEach("Link", field -> link(field.value()));
        }
        if (fields.has("Set-Cookie")) {
            fields.replaceEach("Set-Cookie", this::cookie);
        }
    }

    /** A URL with the client's host if it has the destination's, however the default port is spelt. */
    private String mapped(String url) {
        if (url.startsWith("/") && !url.startsWith("//")) {
            String path = path(url);
            return path == null ? url : path.startsWith("/") ? path : "/" + path;
        }
        int host = url.indexOf("//") + 2;
        String scheme = host < 2 ? "" : url.substring(0, host).toLowerCase(Locale.ROOT);
        boolean secured = scheme.equals("https://") || (scheme.equals("//") && https);
        if (!secured && !scheme.equals("http://") && !scheme.equals("//")) {
            return url;
        }
        int end = end(url, host, "/?#");
        String path = isInner(url.substring(host, end), secured) ? path(url.substring(end)) : null;
        return path == null ? url : (scheme.equals("//") ? scheme : https ? "https://" : "http://") + outer + path;
    }

    private boolean isInner(String authority, boolean secured) {
        try {
            Authority there = Authority.parse(authority);
            return there.host().equals(inner.host()) && there.port(secured) == inner.port(secured);
        } catch (MalformedException e) {
            return false;
        }
    }

    private static int end(String text, int from, String ends) {
        int end = from;
        while (end < text.length() && ends.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /** A path, and what follows it, as the client knows it; null if it is not below the destination's. */
    private @Nullable String path(String text) {
        int end = end(text, 0, "?#");
        String path = back == null ? text.substring(0, end) : back.of(text.substring(0, end));
        return path == null ? null : path + text.substring(end);
    }

    /** Seconds, and an address behind {@code url=}, in quotes or not. */
    private String refresh(String value) {
        int url = value.toLowerCase(Locale.ROOT).indexOf("url=") + "url=".length();
        if (url < "url=".length()) {
            return value;
        }
        boolean quoted = url < value.length() && "\"'".indexOf(value.charAt(url)) >= 0;
        int from = quoted ? url + 1 : url;
        int end = quoted ? end(value, from, value.substring(url, from)) : value.length();
        return value.substring(0, from) + mapped(value.substring(from, end)) + value.substring(end);
    }

    /** A list of addresses in pointed brackets, with parameters that may be quoted (RFC 8288). */
    private String link(String value) {
        StringBuilder mapped = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            mapped.append(c);
            if (quoted && c == '\\' && i + 1 < value.length()) {
                i++;
                mapped.append(value.charAt(i));
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '<' && !quoted) {
                int end = end(value, i + 1, ">");
                mapped.append(mapped(value.substring(i + 1, end)));
                i = end - 1;
            }
        }
        return mapped.toString();
    }

    /**
     * Without a domain that is the destination's: then the cookie is for the host that the client asked (RFC 6265 section 5.3). With
     * the client's path, but for cookies whose name says that they are for all paths.
     */
    private String cookie(Field cookie) {
        boolean forAll = cookie.value().stripLeading().startsWith("__Host-");
        List<String> kept = new ArrayList<>();
        for (String part : cookie.value().split(";", -1)) {
            String attribute = part.strip().toLowerCase(Locale.ROOT);
            String domain = attribute.startsWith("domain=") ? attribute.substring("domain=".length()).strip() : "";
            if ((domain.startsWith(".") ? domain.substring(1) : domain).equals(inner.host())) {
                continue;
            }
            kept.add(attribute.startsWith("path=/") && !forAll && !kept.isEmpty() ? cookiePath(part) : part);
        }
        return String.join(";", kept);
    }

    private String cookiePath(String part) {
        int value = part.indexOf('=') + 1;
        String path = path(part.substring(value).strip());
        if (path == null) {
            return part;
        }
        // For the path itself as well as for what is below it.
        String whole = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return part.substring(0, value) + (whole.isEmpty() ? "/" : whole);
    }
}
