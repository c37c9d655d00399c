package io.relaygate;

import io.relaygate.config.Problems;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.route.RouteSettings;
import io.relaygate.route.SniPattern;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.DestinationTemplate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Every route can be reached, says who may use it, and has a condition that its entry points can meet. */
final class RouteChecks {

    private final Draft draft;
    private final GatewaySettings settings;
    private final Predicate<DestinationName> declared;
    private final Predicate<String> recognises;
    private final AllowChecks allows;
    private final Set<String> sites;
    private final Set<String> services = new TreeSet<>();

    /**
     * Checks.
     *
     * @param declared whether there is a destination of a name
     * @param recognises whether the protocol of a name looks at clients' first bytes, and lets some pass
     */
    RouteChecks(
            Draft draft, Map<String, SiteSettings> sites, Predicate<DestinationName> declared, Predicate<String> recognises) {
        this.recognises = recognises;
        this.draft = draft;
        this.settings = draft.settings();
        this.declared = declared;
        this.allows = new AllowChecks(draft);
        this.sites = sites.keySet();
        sites.values().forEach(site -> services.addAll(site.services()));
    }

    void run() {
        List<RouteSettings> routes = settings.routes();
        for (int i = 0; i < routes.size(); i++) {
            RouteSettings route = routes.get(i);
            from(route);
            access(route);
            service(route);
            when(route);
            reachable(route, routes.subList(0, i));
        }
        settings.destinations().values().forEach(allows::destination);
        Set<String> used = new HashSet<>();
        routes.forEach(route -> used.addAll(route.from()));
        Set<String> dangling = new HashSet<>(used);
        dangling.removeAll(settings.entryPoints().keySet());
        boolean complete = isComplete();
        settings.entryPoints().forEach((name, entryPoint) -> {
            if (!used.contains(name)) {
                if (complete) {
                    draft.unused(entryPoint, name, dangling, "no route is `from:` this entry point");
                }
            } else {
                defaultService(name, entryPoint);
            }
        });
    }

    /** Whether every route that there is says where it is from. */
    private boolean isComplete() {
        boolean lost = draft.isWrong(settings, "routes") && settings.routes().isEmpty();
        return !lost && settings.routes().stream().noneMatch(route -> draft.isWrong(route, "from"));
    }

    private void from(RouteSettings route) {
        Set<String> known = draft.origins().names(settings.entryPoints());
        for (int i = 0; i < route.from().size(); i++) {
            String name = route.from().get(i);
            if (!known.contains(name)) {
                draft.wrong(route, "from", route.from(), i, Draft.unknown("entry point", name, known));
            } else if (route.from().indexOf(name) < i) {
                draft.wrong(route, "from", route.from(), i, "entry point " + Problems.quote(name) + " is named twice");
            }
        }
    }

    private void access(RouteSettings route) {
        boolean allow = draft.gives(route, "allow");
        boolean wrongOpen = draft.gives(route, "open") && !route.open() && !allow;
        if (allow && route.open()) {
            draft.wrong(route, "open", "the route says `allow:` too; say one of the two");
        } else if (!allow && !route.open() && !draft.isWrong(route, "open")) {
            draft.wrong(route, wrongOpen ? "open" : "allow", "say who may use the route: `allow:`, or `open: true` for everybody");
        } else if (route.allow() != null) {
            allows.route(route);
        }
    }

    private void service(RouteSettings route) {
        if (!draft.gives(route, "service")) {
            return;
        }
        for (String name : route.from()) {
            EntryPointSettings entryPoint = settings.entryPoints().get(name);
            if (entryPoint != null && draft.gives(entryPoint, "listen")) {
                draft.wrong(route, "service", "nobody asks for a service at " + Problems.quote(name)
                        + ", which is a port; only senders behind a relay do");
                return;
            }
            if (entryPoint != null && route.service() != null && EntryPointSettings.isNumber(route.service()) && !route.service().equals(entryPoint.serviceFor(route.service()))) {
                draft.wrong(route, "service", "at " + Problems.quote(name) + " a number that azbridge makes of a port means `service:` of the entry point, "
                        + Problems.quote(String.valueOf(entryPoint.service())) + "; leave one of the two out");
                return;
            }
        }
    }

    private void when(RouteSettings route) {
        if (route.when() == null) {
            return;
        }
        if (!draft.gives(route.when(), "sni") && !draft.gives(route.when(), "alpn")) {
            draft.wrong(route.when(), "says nothing; give `sni:` or `alpn:`, or leave it out");
            return;
        }
        SniPattern pattern = route.when().sni();
        if (pattern != null && pattern.names().contains("site") && sites.isEmpty()) {
            draft.wrong(route.when(), "sni", "{site} matches the names under `sites:`, and there are none");
        } else if (pattern != null && pattern.names().contains("service") && services.isEmpty()) {
            draft.wrong(route.when(), "sni", "{service} matches the services of `sites:`, and there are none");
        }
    }

    private void reachable(RouteSettings route, Collection<RouteSettings> earlier) {
        for (int i = 0; i < route.from().size(); i++) {
            String name = route.from().get(i);
            for (RouteSettings other : earlier) {
                if (other.from().contains(name) && covers(other, route)) {
                    draft.wrong(route, "from", route.from(), i, "never reached from " + Problems.quote(name) + ": "
                            + draft.origins().path(other) + " at " + draft.origins().of(other) + " takes everything first");
                    break;
                }
            }
        }
    }

    private boolean covers(RouteSettings earlier, RouteSettings later) {
        if (draft.gives(earlier, "service")
                && (earlier.service() == null || !earlier.service().equals(later.service()))) {
            return false;
        }
        SniPattern wide = sni(earlier);
        SniPattern narrow = sni(later);
        if (!draft.gives(earlier, "when")) {
            return !recognises.test(String.valueOf(earlier.protocol())) && !declines(earlier, later);
        }
        RouteSettings.When when = earlier.when();
        return when != null
                && !recognises.test(String.valueOf(earlier.protocol()))
                && !draft.gives(when, "alpn")
                && wide != null
                && narrow != null
                && wide.covers(narrow, Map.of("site", sites, "service", services));
    }

    /** Whether an earlier route lets services pass whose destination nobody has declared, and a later one takes such. */
    private boolean declines(RouteSettings earlier, RouteSettings later) {
        DestinationTemplate to = earlier.to();
        if (to == null || to.names().isEmpty()) {
            return false;
        }
        return later.service() == null
                || to.fill(Map.of("service", later.service())).filter(declared).isEmpty();
    }

    private static @Nullable SniPattern sni(RouteSettings route) {
        return route.when() == null ? null : route.when().sni();
    }

    private void defaultService(String name, EntryPointSettings entryPoint) {
        String service = entryPoint.service();
        if (service == null) {
            return;
        }
        boolean taken = draft.isWrong(settings, "routes")
                || settings.routes().stream()
                        .filter(route -> route.from().contains(name))
                        .anyMatch(route -> route.service() == null || route.service().equals(service));
        if (!taken) {
            draft.wrong(entryPoint, "service", "no route from this entry point takes the service " + Problems.quote(service));
        }
    }
}
