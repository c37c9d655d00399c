package io.relaygate.destination;

import io.relaygate.net.Link;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A destination in this process: whoever made it says what a dial gives. It takes every host that a client names.
 *
 * @param name its name
 * @param peer the host that it stands for, or null
 * @param way connects to it
 */
public record MemoryDestination(DestinationName name, Session.@Nullable Peer peer, Way way) implements Destination {

    /** Connects to a destination. */
    @FunctionalInterface
    public interface Way {
        /**
         * Connects.
         *
         * @param asked the host that the client has named, or null if it named none
         * @throws IOException why there is no connection
         */
        Link dial(DestinationName name, @Nullable HostPort asked, DialContext context) throws IOException;
    }

    @Override
    public String words() {
        return "destination '" + name + "'";
    }

    @Override
    public Dialed dial(DialContext context) throws IOException {
        return new Dialed(way.dial(name, null, context), "memory", peer);
    }

    @Override
    public Dialed dial(DialContext context, HostPort asked) throws IOException {
        return new Dialed(way.dial(name, asked, context), "memory", new Session.Peer(asked, false));
    }

    @Override
    public void permits(HostPort asked, InetAddress address) {
        // As it did when it was dialled.
    }
}
