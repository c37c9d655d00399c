package io.relaygate.destination;

import io.relaygate.net.Link;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A destination in this process: whoever made it says what a dial gives. It takes every host that a client names.
 *
 * @param name its name
 * @param way connects to it
 */
public record MemoryDestination(DestinationName name, Way way) implements Destination {

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
        return new Dialed(way.dial(name, null, context), "memory", null, false);
    }

    @Override
    public Dialed dial(DialContext context, HostPort asked) throws IOException {
        return new Dialed(way.dial(name, asked, context), "memory", null, false);
    }

    @Override
    public void permits(HostPort asked, InetAddress address) {
        // As it did when it was dialled.
    }
}
