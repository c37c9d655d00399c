package io.relaygate.access;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may use a route: everybody, or the sources in some networks. */
public sealed interface Admission {

    /** Everybody: the route says {@code open: true}. */
    record Open() implements Admission {
        @Override
        public void check(@Nullable InetAddress source) {}
    }

    /** The sources in these networks; a source without an address is in none. */
    record Networks(List<Network> networks) implements Admission {
        @Override
        public void check(@Nullable InetAddress source) throws RefusedException {
            if (source == null || networks.stream().noneMatch(network -> network.contains(source))) {
                throw new RefusedException(Reason.NOT_ALLOWED, "the source is in no network that the route allows");
            }
        }
    }

    /**
     * What a route says.
     *
     * @param allow its {@code allow:}, or null
     * @param open its {@code open:}
     */
    static Admission of(@Nullable AllowSettings allow, boolean open) {
        if (allow != null) {
            return new Networks(List.copyOf(allow.networks()));
        }
        return open ? new Open() : new Networks(List.of());
    }

    /**
     * Lets a source pass.
     *
     * @param source the source's address, or null if it has none
     * @throws RefusedException if it may not
     */
    void check(@Nullable InetAddress source) throws RefusedException;
}
