package io.relaygate.plugins.http;

import io.relaygate.plugins.http.HttpSettings.Forwarded;
import io.relaygate.plugins.http.rules.FieldRule;
import io.relaygate.plugins.http.rules.Known;
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
import org.jspecify.annotations.Nullable;

/** Makes of a client's request the one that the destination sees (RFC 9110 section 7). */
final class Onward {

    private static final Pattern SPACE = Pattern.compile("[ \t]+");

    private final HttpHandler route;
    private final String source;
    private final boolean https;

    /** The gateway's name as RFC 7239 section 6.3 has names that tell nothing. */
    private final String by;

    /**
     * For the requests of a session.
     *
     * @param source the client's address and port, as far as it is known
     * @param https whether the client speaks TLS
     */
    Onward(HttpHandler route, String source, boolean https) {
        this.route = route;
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
     * @param known the same as it came, for rules, and who asks
     * @throws FailedException if it can go no further
     */
    RequestHead of(Question question, Target target, Known known) throws FailedException {
        RequestHead asked = question.head();
        Fields fields = asked.fields().copy();
        List<String> announced = asked.body() instanceof Framing.Chunked ? fields.members("Trailer") : List.of();
        HopByHop.strip(fields);
        applyRules(fields, known);
        Authority there = authority(target, known);
        Fields onward = new Fields().add("Host", there == null ? host(asked) : there.toString());
        for (Field field : fields) {
            if (!field.is("Host") && !(field.is("Expect") && asked.isOld())) {
                onward.add(field.name(), field.value());
            }
        }
        onward.add("Via", asked.version().number() + " " + route.name());
        onward.set("X-Request-Id", known.id());
        target.door().tell(known.caller(), onward);
        sayWhoAsks(onward, asked, target);
        if (route.settings().trace()) {
            Trace.begin(onward);
        }
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
        RequestHead made = new RequestHead(
                asked.method(), target(asked, target, known), there == null ? asked.authority() : there, Version.HTTP_1_1, onward, asked.body());
        return target.storage() == null ? made : OwnAnswer.toStorage(target.storage(), made, route.clock());
    }

    private void applyRules(Fields fields, Known known) throws FailedException {
        try {
            for (FieldRule rule : route.settings().request()) {
                rule.apply(fields, known);
            }
        } catch (MalformedException e) {
            throw failed(e.status(), "http_request_denied", String.valueOf(e.getMessage()));
        }
    }

    private static String target(RequestHead asked, Target target, Known known) throws FailedException {
        try {
            return target.target(asked, known);
        } catch (MalformedException e) {
            throw failed(e.status(), "http_request_denied", String.valueOf(e.getMessage()));
        }
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

    private static @Nullable Authority authority(Target target, Known known) throws FailedException {
        try {
            return target.host().of(known);
        } catch (MalformedException _) {
            throw failed(400, "http_request_denied", "no host for the destination can be made of this request");
        }
    }

    private static String host(RequestHead asked) throws FailedException {
        String said = asked.fields().first("Host");
        if (said != null) {
            return said;
        }
        if (asked.authority() == null) {
            throw failed(400, "http_request_error", "a Host is needed");
        }
        return asked.authority().toString();
    }

    private void sayWhoAsks(Fields onward, RequestHead asked, Target target) {
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
        String taken = target.path() == null ? "" : target.path().taken(asked.path());
        if (!taken.isEmpty()) {
            String before = onward.first("X-Forwarded-Prefix");
            onward.set("X-Forwarded-Prefix", (before == null ? "" : before) + taken);
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
