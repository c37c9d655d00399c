package io.relaygate.session;

import io.relaygate.access.Arrival;
import io.relaygate.destination.Destination;
import io.relaygate.destination.DialContext;
import io.relaygate.destination.Dialed;
import io.relaygate.net.ByteRate;
import io.relaygate.observe.AccessDecision;
import io.relaygate.observe.AccessDecision.Decision;
import io.relaygate.observe.AuditTrail;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One dial of a session: asks policy, connects, and writes the audit record of both. Of connections that are borrowed again and
 * again there is one record for each address.
 *
 * @param route the route that took the session, or null
 * @param caller who asks
 * @param name where to
 * @param asked the host that the client names, or null
 * @param offered the application protocols that TLS to it offers
 * @param borrows whether it is for a while, and not for a host that the client names
 */
record Attempt(
        AuditTrail audit,
        Arrival arrival,
        @Nullable String route,
        Caller caller,
        DestinationName name,
        @Nullable HostPort asked,
        List<String> offered,
        boolean borrows) {

    /** How long connecting may take in a session that is connected, or whose client took long to say who it is. */
    private static final Duration LATE_DIAL = Duration.ofSeconds(30);

    /**
     * Connects.
     *
     * @param connected whether the session is connected already, so that its deadline says nothing any more
     * @param there the destination, if there is one of that name
     * @param callers who may act in the session
     * @param shares what the session uses of limits
     * @param told what the audit knows of the session
     */
    Dialed make(boolean connected, Optional<Destination> there, Callers callers, Shares shares, Told told) throws IOException {
        Decision decision = Decision.REFUSED;
        try {
            Destination destination = there.orElseThrow(
                    () -> new RefusedException(Reason.NOT_FOUND, "no destination '" + name + "'"));
            callers.let(caller, name, destination.admission());
            decision = Decision.ALLOWED;
            List<ByteRate> rates = shares.take(arrival.client(), caller, name, destination);
            DialContext context = new DialContext(
                    arrival.session(), arrival.entryPoint(), arrival.source(), caller, arrival.tls(), offered, until(connected));
            Dialed reached = reach(destination, context);
            if (!borrows || told.isNew(caller, name, reached.address())) {
                tell(decision, reached.address(), null);
            }
            return reached.bound(rates);
        } catch (IOException | RuntimeException e) {
            tell(isNotAllowed(e) ? Decision.REFUSED : decision, null, e);
            throw e;
        }
    }

    private Instant until(boolean connected) {
        Instant now = Instant.now();
        return connected || arrival.deadline().isBefore(now) ? now.plus(LATE_DIAL) : arrival.deadline();
    }

    private Dialed reach(Destination destination, DialContext context) throws IOException {
        if (asked != null) {
            return destination.dial(context, asked);
        }
        return borrows ? destination.borrow(context) : destination.dial(context);
    }

    /** Also a host that a destination does not permit. */
    private static boolean isNotAllowed(Exception failure) {
        return failure instanceof RefusedException refused && refused.reason() == Reason.NOT_ALLOWED;
    }

    private void tell(Decision decision, @Nullable String address, @Nullable Exception failure) {
        audit.record(new AccessDecision(
                arrival.session(),
                arrival.entryPoint(),
                route,
                caller,
                arrival.sender(),
                arrival.source(),
                name.toString(),
                asked == null ? null : asked.toString(),
                decision,
                address,
                failure instanceof RefusedException refused ? refused.reason() : null,
                failure == null ? null : String.valueOf(failure.getMessage())));
    }
}
