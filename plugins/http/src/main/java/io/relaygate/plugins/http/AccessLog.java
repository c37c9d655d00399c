package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.sdk.Metrics;
import io.relaygate.sdk.Session;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts the requests of a route, and tells of each in the audit if that is wanted. Any thread. */
final class AccessLog {

    /** In seconds: a web page's, and those of long polls and large files. */
    private static final List<Double> BUCKETS = List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0);

    private static final String EVENT = "http.request";
    private static final List<String> TOLD_FIELDS = List.of("Referer", "User-Agent");

    private final HttpSettings.Log form;
    private final InstantSource clock;
    private final Set<String> secrets;
    private final Metrics.Counter requests;
    private final Metrics.Histogram seconds;

    /**
     * Of a route.
     *
     * @param secrets parameters of queries that are secret here
     */
    AccessLog(HttpSettings.Log form, Set<String> secrets, Metrics metrics, InstantSource clock) {
        this.secrets = secrets;
        this.form = form;
        this.clock = clock;
        this.requests = metrics.counter("requests", "Requests, by the host of the settings and the class of the status that the client was told.", "host", "status");
        this.seconds = metrics.histogram(
                "request_seconds", "How long requests took, from the end of their head to the end of the response.", BUCKETS, "host");
    }

    /** A request is over. */
    void tell(Session session, Served served) {
        requests.add(1, served.host(), statusClass(served.status()));
        seconds.observe(served.time().toNanos() / 1e9, served.host());
        switch (form) {
            case NONE -> {}
            case AUDIT -> session.event(EVENT, facts(session, served));
            case COMBINED -> session.event(
                    EVENT, CombinedLine.of(served, clock.instant(), secrets), Map.of("request", session.facts().id() + "-" + served.number()));
        }
    }

    private static String statusClass(int status) {
        return status == 0 ? "none" : status / 100 + "xx";
    }

    private Map<String, String> facts(Session session, Served served) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("request", session.facts().id() + "-" + served.number());
        RequestHead head = served.head();
        if (head != null) {
            facts.put("method", head.method());
            facts.put("host", head.authority() == null ? "" : head.authority().toString());
            facts.put("target", Redacted.address(head.target(), secrets));
            facts.put("version", head.version().number());
        }
        facts.put("status", Integer.toString(served.status()));
        put(facts, "error", served.error());
        put(facts, "client", served.client().isEmpty() ? null : served.client());
        put(facts, "caller", served.caller());
        put(facts, "destination", served.to() == null ? null : served.to().toString());
        facts.put("bytesUp", Long.toString(served.up()));
        facts.put("bytesDown", Long.toString(served.down()));
        put(facts, "connectedMs", milliseconds(served.connected()));
        put(facts, "answeredMs", milliseconds(served.answered()));
        put(facts, "durationMs", milliseconds(served.time()));
        if (head != null) {
            for (String field : TOLD_FIELDS) {
                String value = head.fields().first(field);
                put(facts, field.toLowerCase(Locale.ROOT), value == null ? null : Redacted.address(value, secrets));
            }
        }
        return facts;
    }

    private static void put(Map<String, String> facts, String name, @Nullable String value) {
        if (value != null) {
            facts.put(name, value);
        }
    }

    private static @Nullable String milliseconds(@Nullable Duration time) {
        return time == null ? null : String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e6);
    }
}
