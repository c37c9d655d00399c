package io.relaygate.access;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may use a route or a destination: everybody, or those of whom everything is true that it says. */
public sealed interface Admission {

    /** Everybody: a route says {@code open: true}, or a destination nothing. */
    record Open() implements Admission {
        @Override
        public void check(Caller caller, @Nullable InetAddress source) {}
    }

    /** Nobody: a route says neither. */
    record Nobody(String what) implements Admission {
        @Override
        public void check(Caller caller, @Nullable InetAddress source) throws RefusedException {
            throw new RefusedException(Reason.NOT_ALLOWED, what + " allows nobody");
        }
    }

    /**
     * There is an {@code allow:}. A list that is empty says nothing.
     *
     * @param what what says so, for people
     * @param networks where the source must be; one without an address is in none
     * @param callers who must call, proven
     */
    record Rules(String what, List<Network> networks, List<CallerPattern> callers) implements Admission {

        /** Keeps its own copies. */
        public Rules {
            networks = List.copyOf(networks);
            callers = List.copyOf(callers);
        }

        @Override
        public void check(Caller caller, @Nullable InetAddress source) throws RefusedException {
            if (!networks.isEmpty()
                    && (source == null || networks.stream().noneMatch(network -> network.contains(source)))) {
                throw new RefusedException(Reason.NOT_ALLOWED, "the source is in no network that " + what + " allows");
            }
            if (!callers.isEmpty() && callers.stream().noneMatch(pattern -> pattern.matches(caller))) {
                throw new RefusedException(Reason.NOT_ALLOWED, "caller '" + caller.name() + "' (proof: " + caller.proof()
                        + ") is none that " + what + " allows");
            }
        }
    }

    /**
     * What a route or a destination says.
     *
     * @param what which one, for people
     * @param allow its {@code allow:}, or null
     * @param open its {@code open:}
     */
    static Admission of(String what, @Nullable AllowSettings allow, boolean open) {
        if (allow == null) {
            return open ? new Open() : new Nobody(what);
        }
        return allow.networks().isEmpty() && allow.callers().isEmpty()
                ? new Nobody(what)
                : new Rules(what, allow.networks(), allow.callers());
    }

    /**
     * Lets a caller pass.
     *
     * @param source the source's address, or null if it has none
     * @throws RefusedException if it may not
     */
    void check(Caller caller, @Nullable InetAddress source) throws RefusedException;
}
