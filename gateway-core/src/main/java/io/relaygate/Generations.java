package io.relaygate;

import io.relaygate.relay.Relay;
import io.relaygate.tunnel.EdgeTunnel;
import java.util.HashSet;
import java.util.Set;

/** The generations of the configuration that still have sessions; relays and tunnels that none of them uses are closed. */
final class Generations {

    private final Relays relays;
    private final Tunnels tunnels;
    private final Set<Generation> all = new HashSet<>();

    Generations(Relays relays, Tunnels tunnels) {
        this.relays = relays;
        this.tunnels = tunnels;
    }

    synchronized void add(Generation generation) {
        all.add(generation);
    }

    synchronized void ended(Generation generation) {
        all.remove(generation);
        closeUnused();
    }

    synchronized void closeUnused() {
        Set<Relay> used = new HashSet<>();
        Set<EdgeTunnel> usedTunnels = new HashSet<>();
        all.forEach(generation -> {
            used.addAll(generation.relays());
            usedTunnels.addAll(generation.tunnels());
        });
        tunnels.closeAllBut(usedTunnels);
        relays.closeAllBut(used);
    }
}
