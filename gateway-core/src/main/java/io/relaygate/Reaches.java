package io.relaygate;

import io.relaygate.destination.Reach;
import io.relaygate.destination.SiteSettings;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of the ways to the sites; a new configuration keeps it for sites that it leaves where they were. */
final class Reaches {

    private final InstantSource clock;
    private Map<Place, Reach> known = Map.of();

    private record Place(String site, String hybridConnection) {}

    Reaches(InstantSource clock) {
        this.clock = clock;
    }

    /** The reach of each site of a configuration; those of other sites are forgotten. */
    synchronized Map<String, Reach> of(Map<String, SiteSettings> sites) {
        Map<Place, Reach> next = new HashMap<>();
        Map<String, Reach> byName = new HashMap<>();
        sites.forEach((name, settings) -> {
            Place place = new Place(name, Objects.requireNonNull(settings.hybridConnection()));
            Reach reach = known.getOrDefault(place, new Reach(clock));
            next.put(place, reach);
            byName.put(name, reach);
        });
        known = next;
        return byName;
    }

    /** The last attempt to reach a site over a namespace, or null if there was none. */
    synchronized Reach.@Nullable Attempt last(String site, SiteSettings settings, String namespace) {
        Reach reach = known.get(new Place(site, Objects.requireNonNull(settings.hybridConnection())));
        return reach == null ? null : reach.last(namespace);
    }
}
