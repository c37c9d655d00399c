package io.relaygate.plugins.http;

import io.relaygate.plugins.http.callers.CallerSettings;
import io.relaygate.plugins.http.callers.Each;
import io.relaygate.plugins.http.rules.Condition;
import io.relaygate.plugins.http.rules.Cors;
import io.relaygate.plugins.http.rules.FieldRule;
import io.relaygate.plugins.http.rules.FixedAnswer;
import io.relaygate.plugins.http.rules.PathChange;
import io.relaygate.plugins.http.rules.QueryChange;
import io.relaygate.plugins.http.rules.Redirect;
import io.relaygate.plugins.http.rules.SecurityFields;
import io.relaygate.plugins.http.storage.StorageSettings;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.Setting;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What becomes of the requests of a host; of those below a path of it; or of those that meet a condition there. */
record PlaceSettings(
        @Setting("When; in `cases` alone.") @Nullable Condition when,
        @Setting(value = "The destination.", example = "acct") @Nullable DestinationName to,
        @Setting(value = "The `Host` that the destination sees: `preserve`, the client's; `destination`, that of the address that was connected to; "
                        + "or a host, with variables.", byDefault = "preserve")
                HostHeader host,
        @Setting("What the destination sees as the path.") @Nullable PathChange path,
        @Setting("What the destination sees as the query.") @Nullable QueryChange query,
        @Setting(value = "Whether the destination speaks HTTP/2, as gRPC does; otherwise it speaks HTTP/1.1.", byDefault = "false") boolean http2,
        @Setting("The storage account that the destination is, if it is one: requests are signed for it, or have their path changed.")
                @Nullable StorageSettings storage,
        @Setting("Where clients are sent instead.") @Nullable Redirect redirect,
        @Setting("What clients are answered instead.") @Nullable FixedAnswer answer,
        @Setting("What is asked of who calls; left out, what is asked around it.") @Nullable CallerSettings callers,
        @Setting(value = "What each source may have; left out, what is said around it.", example = "{ perSecond: 100 }") @Nullable Each perSource,
        @Setting(value = "What each caller may have; left out, what is said around it.", example = "{ atOnce: 8 }") @Nullable Each perCaller,
        @Setting("Which pages of other origins may ask; also for paths that do not say it themselves.") @Nullable Cors cors,
        @Setting("Fields that tell browsers to be careful; also for paths that do not say it themselves.") @Nullable SecurityFields security,
        @Setting(value = "Rules for the fields of requests, done after those around it.", example = "[{ set: X-Site, value: oslo }]")
                List<FieldRule> request,
        @Setting(value = "Rules for the fields of responses, done after those around it.", example = "[{ remove: Server }]") List<FieldRule> response,
        @Setting(value = "Where requests go that meet a condition: the first that is met counts.",
                        example = "[{ when: { header: { X-Beta: \"1\" } }, to: acct }]")
                List<PlaceSettings> cases,
        @Setting(value = "Where requests go by the first segments of their path: the longest that fits; in `hosts` alone.", example = "{ /api: { to: api } }")
                Map<String, PlaceSettings> paths) {

    PlaceSettings {
        cases = List.copyOf(cases);
        request = List.copyOf(request);
        response = List.copyOf(response);
        request.forEach(rule -> rule.requireFor(false));
        response.forEach(rule -> rule.requireFor(true));
        long said = Stream.of(to, redirect, answer).filter(Objects::nonNull).count();
        if (said > 1) {
            throw new IllegalArgumentException("a place says one of `to`, `redirect` and `answer`, this one says " + said);
        }
        if (said == 0 && cases.isEmpty() && paths.isEmpty()) {
            throw new IllegalArgumentException("a place needs `to`, `redirect`, `answer`, `cases` or `paths`");
        }
        if (to == null && (!host.isPreserved() || path != null || query != null || http2 || storage != null)) {
            throw new IllegalArgumentException("`host`, `path`, `query`, `http2` and `storage` are about the destination, and need `to`");
        }
        if (storage != null && (!host.isPreserved() || path != null || query != null)) {
            throw new IllegalArgumentException("the `endpoint` of `storage` says host and path, and queries are signed; leave `host`, `path` and `query` out");
        }
        if (to == null && cases.isEmpty() && paths.isEmpty() && !request.isEmpty()) {
            throw new IllegalArgumentException("rules for `request` are about what a destination sees, and need `to`");
        }
        if (to != null && to.site() != null && host.isDestinations()) {
            throw new IllegalArgumentException("`host: destination` is for destinations with addresses, and those of '" + to + "' its site alone knows: say it there");
        }
        if (when != null && when.isOfResponses()) {
            throw new IllegalArgumentException("`status` is for rules of responses");
        }
        for (PlaceSettings each : cases) {
            if (each.when == null || !each.cases.isEmpty() || !each.paths.isEmpty() || each.saysOfClients()) {
                throw new IllegalArgumentException("each of `cases` needs `when`, and of `cases`, `paths`, `callers`, `perSource`, `perCaller`, "
                        + "`cors` and `security` none of its own");
            }
        }
        paths.values().forEach(each -> {
            if (each.when != null || !each.paths.isEmpty()) {
                throw new IllegalArgumentException("each of `paths` has neither `when` nor `paths` of its own");
            }
        });
    }

    private boolean saysOfClients() {
        return callers != null || perSource != null || perCaller != null || cors != null || security != null;
    }

    /** All conditions in it. */
    Stream<Condition> conditions() {
        Stream<PlaceSettings> inner = Stream.concat(cases.stream(), paths.values().stream());
        Stream<Condition> ofRules = Stream.concat(request.stream(), response.stream()).flatMap(rule -> Stream.ofNullable(rule.when()));
        return Stream.of(Stream.ofNullable(when), ofRules, inner.flatMap(PlaceSettings::conditions)).flatMap(each -> each);
    }
}
