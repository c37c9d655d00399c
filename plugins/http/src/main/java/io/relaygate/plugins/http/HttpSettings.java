package io.relaygate.plugins.http;

import io.relaygate.plugins.http.callers.CallerSettings;
import io.relaygate.plugins.http.callers.Each;
import io.relaygate.plugins.http.rules.Condition;
import io.relaygate.plugins.http.rules.Cors;
import io.relaygate.plugins.http.rules.FieldRule;
import io.relaygate.plugins.http.rules.Network;
import io.relaygate.plugins.http.rules.SecurityFields;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The settings of a route of HTTP. */
record HttpSettings(
        @Setting("The certificates by which TLS with clients ends here; without them, clients speak in clear.")
                List<ServerCertificates.Certificate> certificates,
        @Setting(value = "Where requests go by their host: a name, `*.` and a name for all below it, or `*` for all others.",
                        example = "{ \"acct.blob.oslo.contoso.com\": { to: acct } }")
                Map<String, PlaceSettings> hosts,
        @Setting(value = "The `Host` that the route's own `to` sees: `preserve`, the client's; `destination`, that of the address that was connected "
                        + "to; or a host, with variables.", byDefault = "preserve")
                HostHeader host,
        @Setting(value = "Whether the route's own `to` speaks HTTP/2, as gRPC does; otherwise it speaks HTTP/1.1.", byDefault = "false")
                boolean http2,
        @Setting(value = "What becomes of the fields that say who asks: they say what is believed (`replace`), or pass as they came (`leave`).",
                        byDefault = "replace")
                Forwarded forwarded,
        @Setting(value = "Proxies that are believed what `X-Forwarded-For`, `X-Forwarded-Proto` and `Forwarded` say; of others these count for nothing.",
                        example = "[10.0.0.0/24]")
                List<Network> trustedProxies,
        @Setting(value = "What is asked of who calls, where the route names `identityProviders`.", example = "{ realm: shop, header: X-Caller }")
                @Nullable CallerSettings callers,
        @Setting(value = "What each source may have: an IPv4 address, or 64 bits of an IPv6 one.", example = "{ atOnce: 50, perSecond: 100 }")
                @Nullable Each perSource,
        @Setting(value = "What each caller may have who is known by name.", example = "{ atOnce: 8, perSecond: 20 }") @Nullable Each perCaller,
        @Setting(value = "Protocols that a connection may change to, by `Upgrade`; others are not asked for.", byDefault = "[websocket]")
                List<String> upgrades,
        @Setting(value = "Rules for the fields of requests, done one after the other before the gateway adds its own.",
                        example = "[{ set: X-Site, value: oslo }, { remove: \"X-Internal-*\" }]")
                List<FieldRule> request,
        @Setting(value = "Rules for the fields of responses.", example = "[{ remove: Server }]") List<FieldRule> response,
        @Setting("Which pages of other origins may ask; also for hosts that do not say it themselves.") @Nullable Cors cors,
        @Setting("Fields that tell browsers to be careful; also for hosts that do not say it themselves.") @Nullable SecurityFields security,
        @Setting(value = "Whether a request without a `traceparent` (W3C Trace Context) gets one, as sampled.", byDefault = "false") boolean trace,
        @Setting(value = "Whether each request is a record of the audit, without its secrets: as facts (`audit`), or as a line in the combined form of "
                        + "Apache (`combined`); or not (`none`).",
                        byDefault = "none")
                Log log,
        @Setting("The name that the gateway has in `Via` and `Proxy-Status`; left out, one of the route's own, by which a loop is found.")
                @Nullable String name,
        @Setting(value = "How much is taken.", byDefault = "{}") Limits limits,
        @Setting(value = "How long is waited.", byDefault = "{}") Timeouts timeouts) {

    HttpSettings {
        certificates = List.copyOf(certificates);
        trustedProxies = List.copyOf(trustedProxies);
        upgrades = List.copyOf(upgrades);
        request = List.copyOf(request);
        response = List.copyOf(response);
        request.forEach(rule -> rule.requireFor(false));
        response.forEach(rule -> rule.requireFor(true));
    }

    /** All conditions that there are. */
    Stream<Condition> conditions() {
        Stream<Condition> ofRules = Stream.concat(request.stream(), response.stream()).flatMap(rule -> Stream.ofNullable(rule.when()));
        return Stream.concat(ofRules, hosts.values().stream().flatMap(PlaceSettings::conditions));
    }

    /** What becomes of {@code X-Forwarded-*} and {@code Forwarded} that clients send. */
    enum Forwarded {
        /** They say what is believed: nobody can say that he is somebody else, but for proxies that are trusted. */
        REPLACE,
        /** They are passed on as they came, and none are added. */
        LEAVE
    }

    /** Where requests are told of, one by one. */
    enum Log {
        /** Nowhere. */
        NONE,
        /** In the audit, as facts of the event {@code http.request}. */
        AUDIT,
        /** In the audit, as a line of this event. */
        COMBINED
    }

    /** How much is taken from a client. */
    record Limits(
            @Setting(value = "Bytes of a request's first line; more are answered with 414.", byDefault = "8192", min = "64", max = "65536")
                    int line,
            @Setting(value = "Bytes of all fields of a head; more are answered with 431.", byDefault = "65536", min = "256", max = "1048576")
                    int head,
            @Setting(value = "Fields of a head; more are answered with 431.", byDefault = "200", min = "1", max = "10000") int fields,
            @Setting(value = "Requests at once on one connection of HTTP/2; more are refused.", byDefault = "100", min = "1", max = "10000") int streams,
            @Setting(value = "Bytes of a body; more are answered with 413. 0 for any.", byDefault = "0", min = "0") long body) {}

    /** How long is waited. */
    record Timeouts(
            @Setting(value = "For a head, from its first byte to its last; then 408.", byDefault = "30s", min = "1s") Duration head,
            @Setting(value = "For the next request of a client.", byDefault = "60s", min = "1s") Duration idle,
            @Setting(value = "For the first byte of a response, after the request; then 504.", byDefault = "120s", min = "1s") Duration response,
            @Setting(value = "For the next bytes of a body, in either direction.", byDefault = "60s", min = "1s") Duration body) {}
}
