package io.relaygate.plugins.http;

import io.relaygate.plugins.http.HttpSettings.Forwarded;
import io.relaygate.plugins.http.callers.Known;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.Version;
import io.relaygate.sdk.HostPort;
import java.util.List;
import java.util.regex.Pattern;

/** Makes of a client's request the one that the destination sees (RFC 9110 section 7). */
final class Onward {

    private static final Pattern SPACE = Pattern.compile("[ \t]+");

    private final HttpHandler route;
    private final String source;
    private final boolean https;
    private final String session;

    /** The gateway's name as RFC 7239 section 6.3 has names that tell nothing. */
    private final String by;

    /**
     * For the requests of a session.
     *
     * @param source the client's address and port, as far as it is known
     * @param https whether the client speaks TLS
     */
    Onward(HttpHandler route, String session, String source, boolean https) {
        this.route = route;
        this.session = session;
        this.source = address(source);
        this.https = https;
        this.by = route.name().replaceAll("[^A-Za-z0-9._-]", "-");
    }

    private static String address(String source) {
        try {
            return HostPort.parse(source).host();
        } catch (IllegalArgumentException e) {
            return source.matches("[0-9A-Fa-f:.]+") ? source : "";
        }
    }

    /**
     * The request for the destination.
     *
     * @param known who calls
     * @param number how many requests the session had before
     * @throws FailedException if it can go no further
     */
    RequestHead of(Question question, Hosts.Target target, Known known, long number) throws FailedException {
        RequestHead asked = question.head();
        Fields fields = asked.fields();
        List<String> announced = asked.body() instanceof Framing.Chunked ? fields.members("Trailer") : List.of();
        HopByHop.strip(fields);
        route.settings().request().forEach(rule -> rule.apply(fields));
        Fields onward = new Fields().add("Host", host(asked, target));
        for (Field field : fields) {
            if (!field.is("Host") && !(field.is("Expect") && asked.isOld())) {
                onward.add(field.name(), field.value());
            }
        }
        onward.add("Via", asked.version().number() + " " + route.name());
        onward.set("X-Request-Id", session + "-" + number);
        known.tell(onward);
        sayWhoAsks(onward, asked);
        if (!announced.isEmpty()) {
            onward.add("Trailer", String.join(", ", announced));
        }
        if (question.takesTrailers()) {
            onward.add("TE", "trailers");
        }
        if (question.upgrade() != null) {
            onward.add("Connection", "Upgrade").add("Upgrade", question.upgrade());
        } else if (question.takesTrailers()) {
            onward.add("Connection", "TE");
        }
        RequestHead made = new RequestHead(asked.method(), asked.target(), asked.authority(), Version.HTTP_1_1, onward, asked.body());
        return target.storage() == null ? made : OwnAnswer.toStorage(target.storage(), made, route.clock());
    }

    /** Refuses what is passed on to nobody. */
    void requirePossible(RequestHead asked) throws FailedException {
        if (asked.method().equals("CONNECT") || asked.method().equals("TRACE")) {
            throw failed(501, "http_request_denied", asked.method() + " is not done here");
        }
        for (String expected : asked.fields().members("Expect")) {
            if (!asked.isOld() && !expected.equalsIgnoreCase("100-continue")) {
                throw failed(417, "http_request_denied", "no expectation but 100-continue is met here");
            }
        }
        for (String hop : asked.fields().members("Via")) {
            String[] words = SPACE.split(hop, -1);
            if (words.length > 1 && words[1].equalsIgnoreCase(route.name())) {
                throw failed(508, "proxy_loop_detected", "the request has been here before");
            }
        }
    }

    private static FailedException failed(int status, String error, String why) {
        return new FailedException(status, error, why, new MalformedException(status, why));
    }

    private static String host(RequestHead asked, Hosts.Target target) throws FailedException {
        Authority fixed = target.host().fixed();
        if (fixed != null) {
            return fixed.toString();
        }
        String said = asked.fields().first("Host");
        if (said != null) {
            return said;
        }
        if (asked.authority() == null) {
            throw failed(400, "http_request_error", "a Host is needed");
        }
        return asked.authority().toString();
    }

    private void sayWhoAsks(Fields onward, RequestHead asked) {
        Forwarded how = route.settings().forwarded();
        if (how == Forwarded.LEAVE) {
            return;
        }
        String scheme = https ? "https" : "http";
        Authority host = asked.authority();
        String named = host == null ? "" : host.toString();
        if (how == Forwarded.REPLACE) {
            onward.remove("X-Forwarded-For").remove("X-Forwarded-Proto").remove("X-Forwarded-Host").remove("X-Forwarded-Port")
                    .remove("X-Forwarded-Prefix").remove("X-Forwarded-Server").remove("X-Real-Ip").remove("Forwarded");
        }
        addTo(onward, "X-Forwarded-For", source.isEmpty() ? "unknown" : source);
        if (!onward.has("X-Forwarded-Proto")) {
            onward.add("X-Forwarded-Proto", scheme);
        }
        if (host != null && !onward.has("X-Forwarded-Host")) {
            onward.add("X-Forwarded-Host", named);
        }
        if (!onward.has("X-Forwarded-Port")) {
            onward.add("X-Forwarded-Port", Integer.toString(host == null ? https ? 443 : 80 : host.port(https)));
        }
        addTo(onward, "Forwarded", forwarded(named, scheme));
    }

    private static void addTo(Fields fields, String list, String member) {
        String before = String.join(", ", fields.members(list));
        fields.set(list, before.isEmpty() ? member : before + ", " + member);
    }

    /** One hop (RFC 7239). */
    private String forwarded(String host, String scheme) {
        String who = source.isEmpty() ? "unknown" : source.indexOf(':') >= 0 ? "\"[" + source + "]\"" : source;
        String to = host.isEmpty() ? "" : ";host=" + (host.indexOf(':') >= 0 ? "\"" + host + "\"" : host);
        return "for=" + who + to + ";proto=" + scheme + ";by=_" + by;
    }
}
