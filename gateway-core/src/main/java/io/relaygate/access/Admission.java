package io.relaygate.access;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may use a route: everybody, or those of whom everything is true that the route says. */
public sealed interface Admission {

    /** Everybody: the route says {@code open: true}. */
    record Open() implements Admission {
        @Override
        public void check(Caller caller, @Nullable InetAddress source) {}
    }

    /** Nobody: the route says neither. */
    record Nobody() implements Admission {
        @Override
        public void check(Caller caller, @Nullable InetAddress source) throws RefusedException {
            throw new RefusedException(Reason.NOT_ALLOWED, "the route allows nobody");
        }
    }

    /**
     * The route says {@code allow:}. A list that is empty says nothing.
     *
     * @param networks where the source must be; one without an address is in none
     * @param callers who must call, proven
     */
    record Rules(List<Network> networks, List<CallerPattern> callers) implements Admission {

        /** Keeps its own copies. */
        public Rules {
            networks = List.copyOf(networks);
            callers = List.copyOf(callers);
        }

        @Override
        public void check(Caller caller, @Nullable InetAddress source) throws RefusedException {
            if (!networks.isEmpty()
                    && (source == null || networks.stream().noneMatch(network -> network.contains(source)))) {
                throw new RefusedException(Reason.NOT_ALLOWED, "the source is in no network that the route allows");
            }
            if (!callers.isEmpty() && callers.stream().noneMatch(pattern -> pattern.matches(caller))) {
                throw new RefusedException(Reason.NOT_ALLOWED, "caller '" + caller.name() + "' (proof: " + caller.proof()
                        + ") is none that the route allows");
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
        if (allow == null) {
            return open ? new Open() : new Nobody();
        }
        return allow.networks().isEmpty() && allow.callers().isEmpty()
                ? new Nobody()
                : new Rules(allow.networks(), allow.callers());
    }

    /**
     * Lets a caller pass.
     *
     * @param source the source's address, or null if it has none
     * @throws RefusedException if it may not
     */
    void check(Caller caller, @Nullable InetAddress source) throws RefusedException;
}
