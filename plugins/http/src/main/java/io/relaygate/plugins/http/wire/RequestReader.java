package io.relaygate.plugins.http.wire;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the requests of a client, one after the other, each to its end. */
public final class RequestReader extends MessageReader {

    /** Requests that come by this input. */
    public RequestReader(Input input, Limits limits) {
        super(input, Jetty.ofRequests(limits.line() + limits.head() + SLACK), limits);
    }

    /**
     * Reads the next head.
     *
     * @throws MalformedException with the status for the client, if it is none or is not taken
     * @throws TruncatedException if the client has ended before its end
     */
    public RequestHead head() throws IOException {
        HeadScanner scanner = readHead();
        while (scanner.emptyLine()) {
            // Clients that end a body with one too many.
        }
        String method = scanner.method();
        String target = scanner.target();
        int minor = scanner.minor();
        scanner.lineEnd();
        Fields fields = scanner.fields(mostFields());
        Framing body = Framings.ofRequest(fields, minor);
        Authority host = host(fields, minor);
        Authority named = named(method, target, host);
        String origin = origin(method, target);
        confirm(fields, body, false);
        fields.remove("Content-Length").remove("Transfer-Encoding");
        return new RequestHead(method, origin, named == null ? host : named, Version.ofMinor(minor), fields, body);
    }

    private static @Nullable Authority host(Fields fields, int minor) throws MalformedException {
        int hosts = fields.count("Host");
        if (hosts > 1 || (hosts == 0 && minor > 0)) {
            throw new MalformedException(400, "HTTP/1.1 needs one Host");
        }
        return hosts == 0 ? null : Authority.parse(String.valueOf(fields.first("Host")));
    }

    /** The authority of a target in absolute form, which must be the one that {@code Host} says. */
    private static @Nullable Authority named(String method, String target, @Nullable Authority host) throws MalformedException {
        if (method.equals("CONNECT")) {
            return null;
        }
        int scheme = scheme(target);
        if (scheme == 0) {
            return null;
        }
        boolean https = scheme == "https://".length();
        Authority named = Authority.parse(target.substring(scheme, authorityEnd(target, scheme)));
        if (host != null && (!host.host().equals(named.host()) || host.port(https) != named.port(https))) {
            throw new MalformedException(400, "Host is another one than the target's");
        }
        return named;
    }

    /** How long the scheme of a target in absolute form is; 0 for another form. */
    private static int scheme(String target) {
        String begin = target.substring(0, Math.min(target.length(), "https://".length())).toLowerCase(Locale.ROOT);
        return begin.startsWith("http://") ? "http://".length() : begin.equals("https://") ? begin.length() : 0;
    }

    private static int authorityEnd(String target, int from) {
        for (int i = from; i < target.length(); i++) {
            if (target.charAt(i) == '/' || target.charAt(i) == '?') {
                return i;
            }
        }
        return target.length();
    }

    private static String origin(String method, String target) throws MalformedException {
        if (method.equals("CONNECT")) {
            return target;
        }
        int scheme = scheme(target);
        String origin = scheme == 0 ? target : target.substring(authorityEnd(target, scheme));
        if (origin.isEmpty()) {
            return method.equals("OPTIONS") ? "*" : "/";
        }
        if (scheme > 0 && origin.charAt(0) == '?') {
            return "/" + origin;
        }
        if (origin.charAt(0) != '/' && !(origin.equals("*") && method.equals("OPTIONS"))) {
            throw new MalformedException(400, "the request's target is no path");
        }
        TargetPath.require(origin);
        return origin;
    }
}
