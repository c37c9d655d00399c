package io.relaygate;

import io.relaygate.destination.CarrierDialer;
import io.relaygate.destination.Reach;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.Tunnelling;
import io.relaygate.relay.Relay;
import io.relaygate.tunnel.EdgeTunnel;
import io.relaygate.tunnel.Mode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The tunnels to sites that are in use; one whose site a new configuration leaves where it was stays the same. */
final class Tunnels {

    private final Tunnelling tunnelling;
    private final List<Open> open = new ArrayList<>();

    private record Open(String site, String hybridConnection, List<Relay> relays, EdgeTunnel tunnel) {}

    Tunnels(Tunnelling tunnelling) {
        this.tunnelling = tunnelling;
    }

    /** The tunnels of a configuration, by site. */
    synchronized Map<String, EdgeTunnel> of(
            Map<String, SiteSettings> sites, Map<String, Relay> relays, Map<String, Reach> reaches) {
        Map<String, EdgeTunnel> tunnels = new HashMap<>();
        sites.forEach((name, settings) -> {
            if (settings.mode() == Mode.TUNNEL) {
                tunnels.put(name, get(name, settings, relays, Objects.requireNonNull(reaches.get(name))));
            }
        });
        return tunnels;
    }

    private EdgeTunnel get(String site, SiteSettings settings, Map<String, Relay> relays, Reach reach) {
        String hybridConnection = Objects.requireNonNull(settings.hybridConnection());
        List<Relay> own = settings.namespaces().stream()
                .map(namespace -> Objects.requireNonNull(relays.get(namespace)))
                .toList();
        for (Open each : open) {
            if (each.site().equals(site)
                    && each.hybridConnection().equals(hybridConnection)
                    && each.relays().equals(own)) {
                return each.tunnel();
            }
        }
        EdgeTunnel tunnel = new EdgeTunnel(
                site,
                tunnelling.instances().apply("site " + site + " " + hybridConnection),
                new CarrierDialer(hybridConnection, own, reach, tunnelling.threads()),
                tunnelling.settings(),
                tunnelling.threads(),
                tunnelling.budget(),
                tunnelling.slots());
        open.add(new Open(site, hybridConnection, own, tunnel));
        return tunnel;
    }

    /** Closes the tunnels that are not in use any more. */
    synchronized void closeAllBut(Set<EdgeTunnel> used) {
        open.removeIf(each -> {
            if (used.contains(each.tunnel())) {
                return false;
            }
            each.tunnel().close();
            return true;
        });
    }
}
