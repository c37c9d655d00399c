package io.relaygate;

import io.relaygate.access.PermitRule;
import io.relaygate.config.Bound;
import io.relaygate.config.Origins;
import io.relaygate.config.Place;
import io.relaygate.config.Problems;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.SiteSettings;
import io.relaygate.net.Address;
import io.relaygate.route.RouteSettings;
import io.relaygate.route.SniPattern;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.DestinationTemplate;
import io.relaygate.sdk.Trust;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every destination that a route names is there, and every one that is there is named. */
final class DestinationChecks {

    private final Draft draft;
    private final GatewaySettings settings;
    private final Map<String, SiteSettings> sites;
    private final Set<String> destinationNames;
    private final Set<String> siteNames;
    private final Set<String> usedDestinations = new HashSet<>();
    private final Set<String> usedSites = new HashSet<>();
    private boolean unreadable;

    DestinationChecks(Draft draft, Map<String, SiteSettings> sites) {
        this.draft = draft;
        this.settings = draft.settings();
        this.sites = sites;
        this.destinationNames = draft.origins().names(settings.destinations());
        this.siteNames = draft.origins().names(settings.sites());
    }

    /** Every destination is somewhere, and every rule of a {@code permit:} says where. */
    void places() {
        for (DestinationSettings destination : settings.destinations().values()) {
            if (!draft.gives(destination, "addresses") && !draft.gives(destination, "permit")) {
                draft.wrong(destination, "addresses", "is missing; give `addresses:`, or `permit:` where clients name the host");
            }
            secured(destination);
            for (PermitRule rule : destination.permit()) {
                if (!draft.gives(rule, "hosts") && !draft.gives(rule, "networks")) {
                    draft.wrong(rule, "permits nothing; give `hosts:`, `networks:` or both");
                }
            }
        }
    }

    private void secured(DestinationSettings destination) {
        Trust tls = destination.tls();
        if (tls == null) {
            return;
        }
        TlsChecks.of(tls, draft.origins(), draft.problems());
        if (destination.addresses().stream().anyMatch(Address.Unix.class::isInstance)) {
            draft.wrong(destination, "tls", "needs addresses with a host, for which the certificate is");
        }
    }

    /** What a route's {@code to:} names. */
    void to(RouteSettings route) {
        DestinationTemplate to = route.to();
        if (to == null) {
            return;
        }
        if (route.when() != null && draft.isWrong(route.when(), "sni")) {
            unreadable();
            return;
        }
        for (String name : to.names()) {
            if (!captures(route).contains(name)) {
                draft.wrong(route, "to", "nothing captures {" + name + "}; a condition does, for example `when: { sni: \"*.{"
                        + name + "}.contoso.com\" }`");
                return;
            }
        }
        String trouble = meant(to);
        if (trouble != null) {
            draft.wrong(route, "to", trouble);
        }
    }

    private @Nullable String meant(DestinationTemplate to) {
        Optional<DestinationName> literal = to.fill(Map.of());
        return literal.isPresent() ? declared(literal.get()) : template(to);
    }

    /** The service is known too where all arrivals come over a relay. */
    private Set<String> captures(RouteSettings route) {
        SniPattern sni = route.when() == null ? null : route.when().sni();
        Set<String> captures = new HashSet<>(sni == null ? List.of() : sni.names());
        boolean relayed = route.from().stream()
                .map(name -> settings.entryPoints().get(name))
                .allMatch(entryPoint -> entryPoint == null || !draft.gives(entryPoint, "listen"));
        if (relayed) {
            captures.add("service");
        }
        return captures;
    }

    /** Whether a destination is declared, or may be: what is wrong about it is said elsewhere. */
    boolean isDeclared(DestinationName name) {
        if (name.site() == null) {
            return destinationNames.contains(name.name());
        }
        List<String> services = services(name.site());
        return siteNames.contains(name.site()) && (services.isEmpty() || services.contains(name.name()));
    }

    private List<String> services(String site) {
        SiteSettings declared = sites.get(site);
        return declared == null ? List.of() : declared.services();
    }

    private @Nullable String declared(DestinationName name) {
        if (name.site() == null) {
            usedDestinations.add(name.name());
            return isDeclared(name) ? null : Draft.unknown("destination", name.name(), destinationNames);
        }
        usedSites.add(name.site());
        if (!siteNames.contains(name.site())) {
            return Draft.unknown("site", name.site(), siteNames);
        }
        return isDeclared(name)
                ? null
                : "site " + Problems.quote(name.site()) + " offers "
                        + Draft.unknown("service", name.name(), new TreeSet<>(services(name.site())));
    }

    private @Nullable String template(DestinationTemplate to) {
        boolean local = to.text().indexOf('/') < 0;
        Set<String> meant = (local ? destinationNames : siteNames)
                .stream().filter(name -> local ? to.canMean(name) : to.canMeanSite(name)).collect(Collectors.toSet());
        (local ? usedDestinations : usedSites).addAll(meant);
        if (meant.isEmpty()) {
            return "no " + (local ? "destination" : "site") + " can be meant by " + Problems.quote(to.text());
        }
        boolean offered = local || meant.stream().anyMatch(site -> offers(site, to));
        return offered ? null : "no site offers a service that can be meant by " + Problems.quote(to.text());
    }

    private boolean offers(String site, DestinationTemplate to) {
        return services(site).isEmpty()
                || services(site).stream().anyMatch(service -> to.canMean(site + "/" + service));
    }

    /** Some settings that may name destinations could not be read, so that none counts as unused. */
    void unreadable() {
        unreadable = true;
    }

    /** The destinations that a protocol's settings name, wherever in them. */
    void with(Bound<?> settings) {
        walk(settings.value(), settings.origins());
    }

    private void walk(Record record, Origins origins) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = value(record, component);
            Place place = origins.of(record, component.getName());
            visit(value, place, origins.path(record, component.getName()), origins);
        }
    }

    private void visit(@Nullable Object value, Place place, String path, Origins origins) {
        switch (value) {
            case DestinationName name -> {
                String trouble = declared(name);
                if (trouble != null) {
                    draft.problems().add(place, path, trouble);
                }
            }
            case DestinationTemplate to -> {
                String trouble = meant(to);
                if (trouble != null) {
                    draft.problems().add(place, path, trouble);
                }
            }
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    Place item = origins.element(list, i);
                    visit(list.get(i), item == null ? place : item, path + "[" + i + "]", origins);
                }
            }
            case Map<?, ?> map -> map.forEach((name, item) -> {
                Place key = origins.element(map, name);
                visit(item, key == null ? place : key, path + "." + name, origins);
            });
            case Record record when origins.knows(record) -> walk(record, origins);
            case null, default -> {
                // Nothing that can name a destination.
            }
        }
    }

    private static @Nullable Object value(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(component + " cannot be read", e);
        }
    }

    /** What no route has named; to be asked when all have been looked at. */
    void unused() {
        boolean noRoute = settings.routes().isEmpty() && draft.isWrong(settings, "routes");
        boolean noTo = settings.routes().stream().anyMatch(route -> draft.isWrong(route, "to"));
        if (unreadable || noRoute || noTo || draft.isWrong(settings, "forwards")) {
            return;
        }
        Set<String> danglingDestinations = new HashSet<>(usedDestinations);
        danglingDestinations.removeAll(destinationNames);
        settings.destinations().forEach((name, destination) -> {
            if (!usedDestinations.contains(name)) {
                draft.unused(destination, name, danglingDestinations, "no route uses this destination");
            }
        });
        Set<String> danglingSites = new HashSet<>(usedSites);
        danglingSites.removeAll(siteNames);
        settings.sites().forEach((name, site) -> {
            if (!usedSites.contains(name)) {
                draft.unused(site, name, danglingSites, "no route uses this site");
            }
        });
    }
}
