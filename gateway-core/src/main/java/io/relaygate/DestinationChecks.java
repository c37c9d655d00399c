package io.relaygate;

import io.relaygate.config.Bound;
import io.relaygate.config.Origins;
import io.relaygate.config.Place;
import io.relaygate.config.Problems;
import io.relaygate.destination.SiteSettings;
import io.relaygate.route.RouteSettings;
import io.relaygate.sdk.DestinationName;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
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

    /** What a route's {@code to:} names. */
    void to(RouteSettings route) {
        String to = route.to();
        if (to == null) {
            return;
        }
        List<String> placeholders = SniPatterns.placeholders(to);
        for (String name : placeholders) {
            if (!captures(route).contains(name)) {
                draft.wrong(route, "to", "nothing captures {" + name + "}; a condition does, for example `when: { sni: \"*.{"
                        + name + "}.contoso.com\" }`");
                return;
            }
        }
        String trouble;
        if (placeholders.isEmpty()) {
            trouble = literal(to);
        } else {
            trouble = to.indexOf('/') < 0 ? destinationTemplate(to) : siteTemplate(to);
        }
        if (trouble != null) {
            draft.wrong(route, "to", trouble);
        }
    }

    private static Set<String> captures(RouteSettings route) {
        String sni = route.when() == null ? null : route.when().sni();
        return sni == null ? Set.of() : Set.copyOf(new HashSet<>(SniPatterns.placeholders(sni)));
    }

    private @Nullable String literal(String to) {
        try {
            return declared(DestinationName.parse(to));
        } catch (IllegalArgumentException e) {
            return "expected a destination or site/service, found " + Problems.quote(to);
        }
    }

    private @Nullable String declared(DestinationName name) {
        if (name.site() == null) {
            usedDestinations.add(name.name());
            return destinationNames.contains(name.name())
                    ? null
                    : Draft.unknown("destination", name.name(), destinationNames);
        }
        usedSites.add(name.site());
        if (!siteNames.contains(name.site())) {
            return Draft.unknown("site", name.site(), siteNames);
        }
        SiteSettings site = sites.get(name.site());
        if (site == null || site.services().isEmpty() || site.services().contains(name.name())) {
            return null;
        }
        return "site " + Problems.quote(name.site()) + " offers " + Draft.unknown("service", name.name(), new TreeSet<>(site.services()));
    }

    private @Nullable String destinationTemplate(String to) {
        Pattern pattern = pattern(to);
        Set<String> matching = destinationNames.stream().filter(name -> pattern.matcher(name).matches()).collect(Collectors.toSet());
        usedDestinations.addAll(matching);
        return matching.isEmpty() ? "no destination can be meant by " + Problems.quote(to) : null;
    }

    private @Nullable String siteTemplate(String to) {
        Pattern site = pattern(to.substring(0, to.indexOf('/')));
        Pattern service = pattern(to.substring(to.indexOf('/') + 1));
        Set<String> matching = siteNames.stream().filter(name -> site.matcher(name).matches()).collect(Collectors.toSet());
        usedSites.addAll(matching);
        if (matching.isEmpty()) {
            return "no site can be meant by " + Problems.quote(to);
        }
        boolean offered = matching.stream().map(sites::get).anyMatch(settings -> settings == null
                || settings.services().isEmpty()
                || settings.services().stream().anyMatch(name -> service.matcher(name).matches()));
        return offered ? null : "no site offers a service that can be meant by " + Problems.quote(to);
    }

    private static Pattern pattern(String template) {
        StringBuilder expression = new StringBuilder();
        int end = 0;
        var matcher = Pattern.compile("\\{[^{}]*}").matcher(template);
        while (matcher.find()) {
            expression.append(Pattern.quote(template.substring(end, matcher.start()))).append(".+");
            end = matcher.end();
        }
        return Pattern.compile(expression.append(Pattern.quote(template.substring(end))).toString());
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
        if (unreadable || noRoute || noTo) {
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
