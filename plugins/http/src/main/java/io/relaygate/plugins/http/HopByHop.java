package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Fields that are for the next hop alone (RFC 9110 section 7.6.1). */
final class HopByHop {

    private static final List<String> ALWAYS = List.of(
            "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
            "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Authentication-Info");

    /** What {@code Connection} may name and is passed on nevertheless: a client could take it away from the destination's eyes. */
    private static final Set<String> NEVER = Set.of(
            "host", "authorization", "cookie", "set-cookie", "content-length", "content-type", "content-encoding", "content-range",
            "range", "date", "cache-control", "expect", "forwarded", "via", "origin", "referer", "x-request-id", "location", "vary",
            "www-authenticate", "strict-transport-security", "etag", "last-modified");

    private HopByHop() {}

    /** Removes them, and those that {@code Connection} names. */
    static void strip(Fields fields) {
        if (fields.has("Connection")) {
            for (String named : fields.members("Connection")) {
                String name = named.toLowerCase(Locale.ROOT);
                if (!NEVER.contains(name) && !name.startsWith("x-forwarded-") && !name.startsWith("if-")) {
                    fields.remove(name);
                }
            }
        }
        ALWAYS.forEach(fields::remove);
    }
}
