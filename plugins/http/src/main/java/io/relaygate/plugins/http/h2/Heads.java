package io.relaygate.plugins.http.h2;

import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.Framings;
import io.relaygate.plugins.http.wire.Limits;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.plugins.http.wire.TargetPath;
import io.relaygate.plugins.http.wire.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.jspecify.annotations.Nullable;

/**
 * Heads of HTTP/2 from and to those of HTTP/1.1 (RFC 9113 section 8). The parser has refused what RFC 9113 calls malformed; here is
 * refused what could not be said again in HTTP/1.1.
 */
final class Heads {

    /** Fields that are about a connection, which HTTP/2 has none for (RFC 9113 section 8.2.2). */
    private static final Set<String> OF_CONNECTIONS =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te", "http2-settings");

    private static final Set<String> WITH_BODIES = Set.of("POST", "PUT", "PATCH");

    /** What HTTP/1.1 has around a name and a value. */
    private static final int AROUND = ": \r\n".length();

    private Heads() {}

    /**
     * A client's request. One for a tunnel (an extended CONNECT, RFC 8441 section 4) is what it would be in HTTP/1.1: a GET with
     * {@code Upgrade} and without a body; what follows it is the tunnel's.
     *
     * @param ends whether no body follows
     * @throws MalformedException with the status for the client, if it is none or is not taken
     */
    static RequestHead request(MetaData.Request said, boolean ends, Limits limits) throws MalformedException {
        String protocol = said.getProtocol();
        String method = protocol == null ? said.getMethod() : "GET";
        Fields fields = fields(said.getHttpFields(), limits);
        Authority authority = authority(said.getHttpURI(), fields);
        String target = method.equals("CONNECT") ? String.valueOf(authority) : target(method, said.getHttpURI().getPathQuery(), limits);
        joinCookies(fields);
        if (protocol != null) {
            return tunnel(protocol, target, authority, fields);
        }
        Framing body = body(method, fields, ends);
        fields.remove("Content-Length");
        if (!Chars.isToken(method)) {
            throw new MalformedException(400, "the request's method is no word");
        }
        return new RequestHead(method, target, authority, Version.HTTP_2, fields, body);
    }

    private static RequestHead tunnel(String protocol, String target, Authority authority, Fields fields) throws MalformedException {
        if (!Chars.isToken(protocol)) {
            throw new MalformedException(400, "the name of a tunnel's protocol is no word");
        }
        fields.remove("Content-Length").add("connection", "Upgrade").add("upgrade", protocol);
        return new RequestHead("GET", target, authority, Version.HTTP_2, fields, Framing.NONE);
    }

    private static String target(String method, @Nullable String path, Limits limits) throws MalformedException {
        if (path == null || path.isEmpty() || (path.charAt(0) != '/' && !(path.equals("*") && method.equals("OPTIONS")))) {
            throw new MalformedException(400, "the request's target is no path");
        }
        if (path.length() > limits.line()) {
            throw new MalformedException(414, "the request's target is longer than " + limits.line() + " bytes");
        }
        for (int i = 0; i < path.length(); i++) {
            if (!Chars.isTarget(path.charAt(i))) {
                throw new MalformedException(400, "a character that cannot be in a target");
            }
        }
        TargetPath.require(path);
        return path;
    }

    /** Of {@code :authority}, or of {@code Host} without it; both must be the same (RFC 9113 section 8.3.1). */
    private static Authority authority(HttpURI uri, Fields fields) throws MalformedException {
        String named = uri.getAuthority();
        if (fields.count("Host") > 1) {
            throw new MalformedException(400, "more than one Host");
        }
        String host = fields.first("Host");
        fields.remove("Host");
        if (named == null && host == null) {
            throw new MalformedException(400, "a Host is needed");
        }
        Authority authority = Authority.parse(named == null ? String.valueOf(host) : named);
        boolean https = "https".equals(uri.getScheme());
        if (named != null && host != null) {
            Authority other = Authority.parse(host);
            if (!other.host().equals(authority.host()) || other.port(https) != authority.port(https)) {
                throw new MalformedException(400, "Host is another one than the target's");
            }
        }
        return authority;
    }

    private static Framing body(String method, Fields fields, boolean ends) throws MalformedException {
        if (fields.count("Content-Length") > 1) {
            throw new MalformedException(400, "the body's length is said more than once");
        }
        String length = fields.first("Content-Length");
        if (ends) {
            return length != null || WITH_BODIES.contains(method) ? new Framing.Length(0) : Framing.NONE;
        }
        return length == null ? Framing.CHUNKED : new Framing.Length(Framings.length(length));
    }

    /** HTTP/2 may say one field in pieces, for the sake of compression (RFC 9113 section 8.2.3). */
    private static void joinCookies(Fields fields) {
        if (fields.count("Cookie") > 1) {
            List<String> pieces = new ArrayList<>();
            fields.all("Cookie").forEach(field -> pieces.add(field.value()));
            fields.set("cookie", String.join("; ", pieces));
        }
    }

    /** A destination's response. */
    static ResponseHead response(MetaData.Response said, boolean ends, boolean answersHead) throws MalformedException {
        Fields fields = fields(said.getHttpFields(), Limits.USUAL);
        int status = said.getStatus();
        if (status < 100 || status > 999 || status == 101) {
            throw new MalformedException(400, "a status that HTTP/2 has not");
        }
        if (fields.count("Content-Length") > 1) {
            throw new MalformedException(400, "the body's length is said more than once");
        }
        String length = fields.first("Content-Length");
        boolean none = status < 200 || status == 204 || status == 304 || answersHead;
        Framing body = none || ends ? Framing.NONE : length == null ? Framing.CHUNKED : new Framing.Length(Framings.length(length));
        if (!answersHead && status != 304) {
            fields.remove("Content-Length");
        }
        if (ends && !none) {
            body = new Framing.Length(0);
        }
        return new ResponseHead(status, "", Version.HTTP_2, fields, body);
    }

    /** What came behind a body. */
    static Fields trailers(MetaData said, Limits limits) throws MalformedException {
        return fields(said.getHttpFields(), limits);
    }

    private static Fields fields(HttpFields said, Limits limits) throws MalformedException {
        if (said.size() > limits.fields()) {
            throw new MalformedException(431, "more than " + limits.fields() + " fields");
        }
        Fields fields = new Fields();
        int bytes = 0;
        for (HttpField field : said) {
            if (OF_CONNECTIONS.contains(field.getName()) && !field.getName().equals("te")) {
                throw new MalformedException(400, "a field of a connection, which HTTP/2 has not");
            }
            String value = field.getValue() == null ? "" : field.getValue().strip();
            if (!Chars.isToken(field.getName()) || !Chars.isValue(value)) {
                throw new MalformedException(400, "a character that cannot be in a field");
            }
            bytes += field.getName().length() + value.length() + AROUND;
            if (bytes > limits.head()) {
                throw new MalformedException(431, "the fields are larger than " + limits.head() + " bytes");
            }
            fields.add(field.getName(), value);
        }
        return fields;
    }

    /** The response for a client; that a tunnel begins is 200 (RFC 8441 section 5). */
    static MetaData.Response toClient(ResponseHead head) {
        if (head.status() == 101) {
            Fields fields = head.fields().copy().remove("Sec-WebSocket-Accept");
            return new MetaData.Response(200, null, HttpVersion.HTTP_2, toPeer(fields, Framing.NONE));
        }
        return new MetaData.Response(head.status(), null, HttpVersion.HTTP_2, toPeer(head.fields(), head.body()));
    }

    /**
     * The request for a destination; an extended CONNECT if it has {@code Upgrade}.
     *
     * @throws MalformedException 400, if its target cannot be said in HTTP/2
     */
    static MetaData.Request toDestination(RequestHead head, boolean tls) throws MalformedException {
        String authority = head.fields().first("Host");
        Fields fields = head.fields().copy().remove("Host");
        HttpFields.Mutable said = toPeer(fields, head.body());
        if (head.fields().names("TE", "trailers")) {
            said.add("te", "trailers");
        }
        String protocol = head.fields().first("Upgrade");
        try {
            if (protocol != null) {
                said.remove("sec-websocket-key");
                return new MetaData.ConnectRequest(
                        tls ? HttpScheme.HTTPS : HttpScheme.HTTP, new HostPortHttpField(authority), head.target(), said, protocol);
            }
            HttpURI uri = HttpURI.from((tls ? "https" : "http") + "://" + authority + (head.target().equals("*") ? "/" : head.target()));
            return new MetaData.Request(head.method(), head.target().equals("*") ? HttpURI.build(uri).pathQuery("*") : uri, HttpVersion.HTTP_2, said);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(400, "a target that cannot be said in HTTP/2");
        }
    }

    /** Trailers for whoever it is. */
    static MetaData toPeer(Fields trailers) {
        return new MetaData(HttpVersion.HTTP_2, toPeer(trailers, Framing.NONE));
    }

    private static HttpFields.Mutable toPeer(Fields fields, Framing body) {
        HttpFields.Mutable said = HttpFields.build();
        for (Field field : fields) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!OF_CONNECTIONS.contains(name)) {
                said.add(name, field.value());
            }
        }
        if (body instanceof Framing.Length(long bytes) && bytes > 0) {
            said.add("content-length", Long.toString(bytes));
        }
        return said;
    }
}
