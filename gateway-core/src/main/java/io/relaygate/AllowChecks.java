package io.relaygate;

import io.relaygate.access.AllowSettings;
import io.relaygate.config.Problems;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.route.RouteSettings;
import io.relaygate.tunnel.Mode;
import java.util.List;
import java.util.Set;

/** Every {@code allow:} says something, names what is there, and asks of callers only what they can prove. */
final class AllowChecks {

    private static final List<String> ALL = List.of("networks", "callers", "groups", "entryPoints", "senders", "times");

    private final Draft draft;
    private final GatewaySettings settings;

    AllowChecks(Draft draft) {
        this.draft = draft;
        this.settings = draft.settings();
    }

    void route(RouteSettings route) {
        AllowSettings allow = route.allow();
        if (allow == null) {
            return;
        }
        says(route, allow);
        for (String name : route.from()) {
            EntryPointSettings entryPoint = settings.entryPoints().get(name);
            boolean asks = draft.gives(route, "identityProviders");
            if (entryPoint != null && allow.needsProof() && !asks && !provesCallers(entryPoint)) {
                draft.wrong(allow, proof(allow), "nobody can prove at entry point " + Problems.quote(name) + " who they are; "
                        + (entryPoint.hybridConnection() == null
                                ? "give it `tls:` with `clients:`, or the route `identityProviders:`, or use `networks:`"
                                : "give `senders:` with what they `mayAssert:`, or the route `identityProviders:`"));
                return;
            }
            if (entryPoint != null && !allow.senders().isEmpty() && !provesSenders(entryPoint)) {
                draft.wrong(allow, "senders", "no edge can prove at entry point " + Problems.quote(name)
                        + " who it is; that needs a hybrid connection, `mode: tunnel` and `senders:`");
                return;
            }
        }
    }

    void destination(DestinationSettings destination) {
        AllowSettings allow = destination.allow();
        if (allow == null) {
            return;
        }
        says(destination, allow);
        boolean asked = settings.routes().stream().anyMatch(route -> draft.gives(route, "identityProviders"));
        if (allow.needsProof() && !asked && settings.entryPoints().values().stream().noneMatch(this::provesCallers)) {
            draft.wrong(allow, proof(allow), "nobody can prove who they are: no route has `identityProviders:`, no entry point "
                    + "has `tls:` with `clients:`, and no edge of `senders:` may assert callers");
        }
    }

    private static String proof(AllowSettings allow) {
        return allow.callers().isEmpty() ? "groups" : "callers";
    }

    private void says(Record owner, AllowSettings allow) {
        if (allow.isEmpty() && ALL.stream().noneMatch(component -> draft.isWrong(allow, component))) {
            draft.wrong(owner, "allow", "says nothing; give `networks:` or `callers:`");
        }
        named(allow, "entryPoints", "entry point", allow.entryPoints(), draft.origins().names(settings.entryPoints()));
        named(allow, "senders", "sender", allow.senders(), draft.origins().names(settings.senders()));
    }

    private void named(AllowSettings allow, String component, String kind, List<String> names, Set<String> known) {
        for (int i = 0; i < names.size(); i++) {
            if (!known.contains(names.get(i))) {
                draft.wrong(allow, component, names, i, Draft.unknown(kind, names.get(i), known));
            }
        }
    }

    private boolean provesCallers(EntryPointSettings entryPoint) {
        boolean certificates = entryPoint.tls() != null && entryPoint.tls().clients() != null;
        boolean asserted = provesSenders(entryPoint)
                && settings.senders().values().stream()
                        .anyMatch(sender -> sender.mayAssert() != null && !sender.mayAssert().callers().isEmpty());
        return certificates || asserted;
    }

    private boolean provesSenders(EntryPointSettings entryPoint) {
        return entryPoint.hybridConnection() != null && entryPoint.mode() == Mode.TUNNEL && !settings.senders().isEmpty();
    }
}
