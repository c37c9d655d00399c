package io.relaygate;

import io.relaygate.access.Trust;
import io.relaygate.destination.Destination;
import io.relaygate.destination.DialContext;
import io.relaygate.destination.Reach;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.SessionIds;
import io.relaygate.net.Address;
import io.relaygate.net.Link;
import io.relaygate.net.Splice;
import io.relaygate.relay.Relay;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A way from this machine to one service of a site. Starts nothing before it is asked for a session or a port. Any thread. */
public final class Forwarder implements AutoCloseable {

    private static final String ENTRY_POINT = "connect";

    private final Bare gateway;
    private final Tunnels tunnels;
    private final Destination service;
    private final DestinationName name;

    /**
     * A forwarder.
     *
     * @throws IOException if the key of this gateway cannot be read
     */
    public Forwarder(SiteWay way) throws IOException {
        Trust trust = new Trust();
        trust.prepare(way.keyFile(), Map.of()).run();
        this.gateway = new Bare(way.stateDir());
        this.tunnels = new Tunnels(gateway.tunnelling(way.tunnel(), trust));
        Map<String, SiteSettings> sites = Map.of(way.site(), way.settings());
        Map<String, Relay> namespaces = gateway.relays().of(way.namespaces(), way.out());
        Map<String, Reach> reaches = new Reaches(gateway.clock()).of(sites);
        this.service = Workshop.site(
                way.site(), way.service(), way.settings(), tunnels.of(sites, namespaces, reaches), namespaces, reaches, gateway.clock());
        this.name = new DestinationName(Bare.word(way.site()), way.service());
    }

    /** What it leads to, for people. */
    public String words() {
        return service.words();
    }

    /**
     * Connects to the service. Whether the site takes the session may show only when it is read or written.
     *
     * @param source where the client comes from, for people
     * @throws io.relaygate.sdk.RefusedException if no relay or site can be reached in time
     */
    public Link dial(String source) throws IOException {
        Instant deadline = gateway.clock().instant().plusSeconds(60);
        return service.dial(new DialContext(SessionIds.next(), ENTRY_POINT, source, Caller.ANONYMOUS, null, List.of(), deadline)).link();
    }

    /** Carries one client that has been connected, on the calling thread and one more. Both are closed then. */
    public Splice.Outcome carry(Link client, Link connected) {
        try {
            return Splice.run(client, connected, gateway.threads());
        } finally {
            client.close();
            connected.close();
        }
    }

    /**
     * Makes sure that only this machine can reach an address.
     *
     * @throws IllegalArgumentException if others can
     */
    public static void requireOwn(Address address) {
        String trouble = Forwards.reachable(address);
        if (trouble != null) {
            throw new IllegalArgumentException(trouble);
        }
    }

    /**
     * Takes clients at a port.
     *
     * @return where it listens
     * @throws IOException if the address cannot be bound
     */
    public String listen(Address address) throws IOException {
        gateway.route(List.of(Bare.forward(ENTRY_POINT, ENTRY_POINT, null, name)), Map.of(name, service));
        return gateway.listen(ENTRY_POINT, EntryPointSettings.at(address));
    }

    /** Takes no clients any more, and lets those that it has finish, for so long at the most. */
    public void drain(Duration limit) {
        gateway.drain(limit);
    }

    /** Ends everything now; what the site must know it is told, for which there are two seconds. */
    @Override
    public void close() {
        gateway.close(() -> tunnels.closeAllBut(Set.of()));
    }
}
