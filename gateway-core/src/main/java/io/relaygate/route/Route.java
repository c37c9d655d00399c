package io.relaygate.route;

import io.relaygate.access.Admission;
import io.relaygate.access.Arrival;
import io.relaygate.access.identity.Judge;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationTemplate;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.Recognition;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route that sessions can take.
 *
 * @param name its name
 * @param from the entry points that it takes connections from
 * @param service the service that must have been asked for, or null for any
 * @param sni the server name that a ClientHello must carry, or null for any first bytes
 * @param alpn application protocols of which the client must speak one inside TLS; empty for any first bytes
 * @param protocol the name of the protocol
 * @param to the destination, or null
 * @param admission who may use it
 * @param judge says who calls, or null if the route names no identity provider
 * @param recognising says whether a client speaks the protocol, or null if every client may
 * @param handler carries its sessions
 * @param speaks what its protocol speaks, by ALPN names; empty if it takes whatever comes
 * @param openPlaces what of it is open to clients that prove nothing, where there is a judge; in words
 */
public record Route(
        String name,
        List<String> from,
        @Nullable String service,
        @Nullable SniPattern sni,
        List<String> alpn,
        String protocol,
        @Nullable DestinationTemplate to,
        Admission admission,
        @Nullable Judge judge,
        @Nullable Recognising recognising,
        ProtocolHandler handler,
        List<String> speaks,
        List<String> openPlaces) {

    /** Keeps its own copies. */
    public Route {
        from = List.copyOf(from);
        alpn = List.copyOf(alpn);
        speaks = List.copyOf(speaks);
        openPlaces = List.copyOf(openPlaces);
    }

    /** Looks at first bytes: a protocol. */
    @FunctionalInterface
    public interface Recognising {
        /** What they are. */
        Recognition recognise(io.relaygate.sdk.FirstBytes first) throws IOException;
    }

    /** Whether a client's first bytes are of the protocol; waits for more of them where that cannot be said yet. */
    boolean recognises(FirstBytes first) throws IOException {
        Recognition recognition = recognising == null ? Recognition.YES : recognising.recognise(first);
        while (recognising != null && recognition == Recognition.MORE && first.more()) {
            recognition = recognising.recognise(first);
        }
        return recognition == Recognition.YES;
    }

    /**
     * Lets an arrival in. Where there is a judge, who calls is asked when that is known: by whoever acts and dials.
     *
     * @return until when that holds, as far as time alone can say
     * @throws RefusedException if it may not come in
     */
    Instant admit(Arrival arrival) throws RefusedException {
        return judge == null ? admission.check(arrival.caller(), arrival) : admission.check(arrival);
    }

    /**
     * A client that speaks one thing alone comes.
     *
     * @param what it speaks, or null if that may be anything
     * @throws RefusedException UNREACHABLE, if the protocol does not speak it
     */
    public void speaks(@Nullable String what) throws RefusedException {
        if (what != null && !speaks.contains(what)) {
            throw new RefusedException(Reason.UNREACHABLE, "route '" + name + "' takes connections, and no HTTP requests: its protocol '"
                    + protocol + "' does not speak " + what);
        }
    }

    /** Whether somebody who has proven nothing may be let through, though there is a judge. */
    boolean isOpenToNobody() {
        return judge != null && !openPlaces.isEmpty();
    }

    /**
     * Lets a caller pass. Nobody in particular passes where something is open to that, as far as it is not asked who calls.
     *
     * @return until when that holds, as far as time alone can say
     * @throws RefusedException if it may not
     */
    Instant admit(Caller caller, Arrival arrival) throws RefusedException {
        return caller.isAnonymous() && isOpenToNobody() ? admission.check(arrival) : admission.check(caller, arrival);
    }
}
