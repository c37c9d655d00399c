package io.relaygate.plugins.http;

import io.relaygate.plugins.http.HttpSettings.Forwarded;
import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.Version;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes of a client's request the one that the destination sees (RFC 9110 section 7). */
final class Onward {

    private static final Pattern SPACE = Pattern.compile("[ \t]+");

    private final HttpHandler route;

    /** The gateway's name as RFC 7239 section 6.3 has names that tell nothing. */
    private final String by;

    /** For the requests of a route. */
    Onward(HttpHandler route) {
        this.route = route;
        this.by = route.name().replaceAll("[^A-Za-z0-9._-]", "-");
    }

    /**
     * The request for the destination.
     *
     * @param known the same as it came, for rules, and who asks
     * @param hops the way that it has come
     * @throws FailedException if it can go no further
     */
    RequestHead of(Question question, Target target, Known known, Hops hops) throws FailedException {
        RequestHead asked = question.head();
        Fields fields = asked.fields().copy();
        List<String> announced = asked.body() instanceof Framing.Chunked ? fields.members("Trailer") : List.of();
        HopByHop.strip(fields);
        applyRules(target.scope().rules(), fields, known);
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
        sayWhoAsks(onward, asked, target, hops);
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

    /**
     * The same once it is known who the destination is.
     *
     * @param place where the request goes by the settings
     * @param peer the host that there is a connection to; null if it has no name here
     */
    RequestHead to(RequestHead made, Target place, Known known, Session.@Nullable Peer peer) throws FailedException {
        if (place.storage() != null) {
            return made;
        }
        // It may be made again for another connection.
        Fields fields = made.fields().copy();
        Authority there = place.host().isDestinations() ? authority(peer) : made.authority();
        if (place.host().isDestinations()) {
            fields.replace("Host", String.valueOf(there));
        }
        new Dav(route, known, place, there, peer != null && peer.tls()).apply(fields);
        return new RequestHead(made.method(), made.target(), there, made.version(), fields, made.body());
    }

    private static @Nullable Authority authority(Session.@Nullable Peer peer) throws FailedException {
        try {
            if (peer != null) {
                return HostHeader.of(peer);
            }
        } catch (MalformedException e) {
            // Its name is none that a Host could say, and so it has none.
        }
        String why = "the destination has no host that it could be called by (host: destination)";
        throw new FailedException(500, "proxy_configuration_error", why, new RefusedException(Reason.UNREACHABLE, why));
    }

    private static void applyRules(Rules rules, Fields fields, Known known) throws FailedException {
        try {
            for (Rules.Named each : rules.request()) {
                each.rule().apply(fields, known);
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

    private void sayWhoAsks(Fields onward, RequestHead asked, Target target, Hops hops) {
        if (route.settings().forwarded() == Forwarded.LEAVE) {
            return;
        }
        boolean https = hops.client().https();
        Authority host = asked.authority();
        String named = host == null ? "" : host.toString();
        onward.remove("X-Forwarded-For").remove("X-Forwarded-Proto").remove("X-Forwarded-Server").remove("X-Real-Ip").remove("Forwarded");
        if (!hops.relayed()) {
            onward.remove("X-Forwarded-Host").remove("X-Forwarded-Port").remove("X-Forwarded-Prefix");
        }
        onward.add("X-Forwarded-For", hops.list());
        onward.add("X-Forwarded-Proto", https ? "https" : "http");
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
        onward.add("Forwarded", hops.forwarded(own(named, hops.peer().https())));
    }

    /** What the gateway says of its own hop (RFC 7239). */
    private String own(String host, boolean https) {
        String to = host.isEmpty() ? "" : ";host=" + (host.indexOf(':') >= 0 ? "\"" + host + "\"" : host);
        return to + ";proto=" + (https ? "https" : "http") + ";by=_" + by;
    }
}
