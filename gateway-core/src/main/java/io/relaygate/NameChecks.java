package io.relaygate;

import io.relaygate.config.Problems;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.route.RouteSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names are words of lower-case letters: they go into metric labels, paths and headers. */
final class NameChecks {

    private final Draft draft;
    private final GatewaySettings settings;

    NameChecks(Draft draft) {
        this.draft = draft;
        this.settings = draft.settings();
    }

    void run() {
        component(settings, "site", settings.site());
        names("namespaces", settings.namespaces());
        names("sites", settings.sites());
        names("identityProviders", settings.identityProviders());
        names("entryPoints", settings.entryPoints());
        names("destinations", settings.destinations());
        if (settings.namespaces().containsKey(Draft.EMBEDDED)) {
            draft.wrong(settings, "namespaces", settings.namespaces(), Draft.EMBEDDED,
                    "'embedded' is the relay of this process; choose another name");
        }
        if (settings.siteDefaults() != null) {
            services(settings.siteDefaults());
        }
        settings.sites().values().forEach(this::services);
        for (EntryPointSettings entryPoint : settings.entryPoints().values()) {
            component(entryPoint, "service", entryPoint.service());
        }
        routes();
    }

    private void names(String component, Map<String, ?> map) {
        for (String name : draft.origins().names(map)) {
            String trouble = Draft.nameTrouble(name);
            if (trouble != null) {
                draft.wrong(settings, component, map, name, trouble);
            }
        }
    }

    private void component(Record owner, String component, @Nullable String name) {
        String trouble = name == null ? null : Draft.nameTrouble(name);
        if (trouble != null) {
            draft.wrong(owner, component, trouble);
        }
    }

    private void services(SiteSettings site) {
        List<String> services = site.services();
        for (int i = 0; i < services.size(); i++) {
            String trouble = Draft.nameTrouble(services.get(i));
            if (trouble != null) {
                draft.wrong(site, "services", services, i, trouble);
            } else if (services.indexOf(services.get(i)) < i) {
                draft.wrong(site, "services", services, i, "service " + Problems.quote(services.get(i)) + " is named twice");
            }
        }
    }

    private void routes() {
        Map<String, RouteSettings> first = new HashMap<>();
        for (RouteSettings route : settings.routes()) {
            component(route, "service", route.service());
            if (draft.isWrong(route, "name")) {
                continue;
            }
            component(route, "name", route.name());
            RouteSettings other = first.putIfAbsent(route.name(), route);
            if (other != null) {
                draft.wrong(route, "name", "there is a route " + Problems.quote(route.name()) + " already at "
                        + draft.origins().of(other, "name"));
            }
        }
    }
}
