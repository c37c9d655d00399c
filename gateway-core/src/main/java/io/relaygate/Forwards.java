package io.relaygate;

import io.relaygate.config.Problems;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.ForwardSettings;
import io.relaygate.net.Address;
import io.relaygate.route.RouteSettings;
import io.relaygate.sdk.DestinationTemplate;
import io.relaygate.sdk.HostPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes forwards out: as the entry points and routes that they are short for. */
final class Forwards {

    private final Draft draft;
    private final GatewaySettings settings;
    private final Map<String, EntryPointSettings> entryPoints;
    private final List<RouteSettings> routes;

    private Forwards(Draft draft) {
        this.draft = draft;
        this.settings = draft.settings();
        this.entryPoints = new LinkedHashMap<>(settings.entryPoints());
        this.routes = new ArrayList<>(settings.routes());
    }

    /** A configuration in which every forward is an entry point and a route too. What is wrong with one is wrong at the forward. */
    static Draft written(Draft draft) {
        return draft.gives(draft.settings(), "forwards") ? new Forwards(draft).written() : draft;
    }

    private Draft written() {
        int before = draft.problems().count();
        for (String name : draft.origins().names(settings.forwards())) {
            ForwardSettings forward = settings.forwards().get(name);
            String trouble = nameTrouble(name);
            if (trouble != null) {
                draft.wrong(settings, "forwards", settings.forwards(), name, trouble);
            } else if (forward != null) {
                add(name, forward);
            }
        }
        boolean sound = draft.problems().count() == before;
        GatewaySettings whole = settings.with(entryPoints, routes);
        draft.origins().derive(entryPoints, settings.entryPoints());
        draft.origins().derive(routes, settings.routes());
        draft.origins().derive(whole, settings, Set.of("entryPoints", "routes"), sound ? Set.of() : Set.of("forwards"));
        return new Draft(whole, draft.origins(), draft.problems());
    }

    private @Nullable String nameTrouble(String name) {
        String taken = "; choose another name";
        if (EntryPointChecks.OTHERS.contains(name)) {
            return Problems.quote(name) + " is the name of another address of this gateway" + taken;
        } else if (draft.origins().names(settings.entryPoints()).contains(name)) {
            return "there is an entry point " + Problems.quote(name) + " already" + taken;
        } else if (settings.routes().stream().anyMatch(route -> name.equals(route.name()))) {
            return "there is a route " + Problems.quote(name) + " already" + taken;
        }
        return Draft.nameTrouble(name);
    }

    private void add(String name, ForwardSettings forward) {
        if (forward.listen() != null) {
            String trouble = reachable(forward.listen());
            if (trouble != null) {
                draft.wrong(forward, "listen", trouble);
            }
        }
        boolean local = forward.to() != null && forward.to().site() == null;
        if (local) {
            draft.wrong(forward, "to", "expected a service of a site, as site/service, found " + Problems.quote(forward.to().toString())
                    + "; to destinations of this gateway lead `entryPoints:` and `routes:`");
        }
        EntryPointSettings entryPoint = EntryPointSettings.at(forward.listen());
        DestinationTemplate to = forward.to() == null || local ? null : new DestinationTemplate(forward.to().toString());
        RouteSettings route = RouteSettings.open(name, to);
        draft.origins().derive(entryPoint, forward, Set.of(), Set.of());
        draft.origins().derive(route, forward, Set.of("name", "from", "open"), local ? Set.of("to") : Set.of());
        entryPoints.put(name, entryPoint);
        routes.add(route);
    }

    /** Null, or why sessions from an address would come from others than this machine's accounts. */
    static @Nullable String reachable(Address listen) {
        return listen instanceof Address.Tcp(HostPort at) && !Draft.isLoopback(at)
                ? "whoever reaches " + Problems.quote(at.toString()) + " would be let through: a forward listens on 127.0.0.1, [::1], localhost"
                        + " or a Unix socket; for others use `entryPoints:` and `routes:` with `allow:`"
                : null;
    }
}
