package io.relaygate;

import io.relaygate.destination.CarrierDialer;
import io.relaygate.destination.CarrierSeal;
import io.relaygate.destination.Reach;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.Tunnelling;
import io.relaygate.net.Pin;
import io.relaygate.relay.Relay;
import io.relaygate.tunnel.EdgeTunnel;
import io.relaygate.tunnel.Mode;
import io.relaygate.tunnel.Peer;
import io.relaygate.tunnel.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tunnels to sites that are in use; one whose site a new configuration leaves where it was stays the same. */
final class Tunnels {

    private final Tunnelling tunnelling;
    private final List<Open> open = new ArrayList<>();

    /** The keys of a site's gateways, as the latest configuration has them. */
    private static final class Pins {
        private volatile Set<Pin> now;

        Pins(List<Pin> first) {
            now = Set.copyOf(first);
        }
    }

    private record Open(
            String site, String hybridConnection, List<Relay> relays, Pins pins, EdgeTunnel tunnel) {

        boolean sealed() {
            return !pins.now.isEmpty();
        }
    }

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
                    && each.relays().equals(own)
                    && each.sealed() == settings.isSealed()) {
                each.pins().now = Set.copyOf(settings.pins());
                return each.tunnel();
            }
        }
        Pins pins = new Pins(settings.pins());
        CarrierSeal seal = settings.isSealed() ? new CarrierSeal(site, tunnelling.trust().toSite(() -> pins.now), tunnelling.refusals()) : null;
        EdgeTunnel tunnel = new EdgeTunnel(
                site,
                tunnelling.instances().apply("site " + site + " " + hybridConnection),
                new CarrierDialer(hybridConnection, own, reach, tunnelling.threads(), seal),
                tunnelling.settings(),
                tunnelling.threads(),
                tunnelling.budget(),
                tunnelling.slots());
        open.add(new Open(site, hybridConnection, own, pins, tunnel));
        return tunnel;
    }

    /** After a reload: ends what leads to gateways whose keys are not pinned any more; a new key of this one is proven. */
    synchronized void review() {
        open.stream().filter(Open::sealed).forEach(each -> each.tunnel().review(peer -> standing(peer, each.pins().now)));
    }

    private Standing standing(@Nullable Peer peer, Set<Pin> pins) {
        if (peer == null || !pins.contains(peer.pin())) {
            return Standing.ENDED;
        }
        return tunnelling.trust().isOwn(peer.own()) ? Standing.KEPT : Standing.RENEWED;
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
