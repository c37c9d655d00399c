package io.relaygate.destination;

import io.relaygate.access.Admission;
import io.relaygate.access.Share;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.InetAddress;

/** A named place that sessions can be connected to. */
public sealed interface Destination permits AddressDestination, MemoryDestination, SiteDestination, TunnelDestination {

    /**
     * Connects.
     *
     * @throws io.relaygate.sdk.RefusedException if nothing answered in time or the far side refused; the message says
     *     what each address or namespace answered
     */
    Dialed dial(DialContext context) throws IOException;

    /**
     * Connects for a while, or gives a connection that the same caller has given back before.
     *
     * @throws io.relaygate.sdk.RefusedException as {@link #dial(DialContext)} does
     */
    default Dialed borrow(DialContext context) throws IOException {
        return dial(context);
    }

    /** It will not be connected to any more. */
    default void end() {}

    /** What it is, for people: {@code destination 'sql'}, {@code service 'oslo/orders'}. */
    String words();

    /**
     * Connects to a host that the client has named.
     *
     * @throws io.relaygate.sdk.RefusedException if the destination does not permit it, or no address that it permits answers
     */
    default Dialed dial(DialContext context, HostPort asked) throws IOException {
        throw takesNoHost(words());
    }

    /**
     * Asks again for a host that the client has named and is connected to.
     *
     * @param address the address that it was
     * @throws RefusedException if that is not permitted
     */
    default void permits(HostPort asked, InetAddress address) throws RefusedException {
        throw takesNoHost(words());
    }

    /** What is said to a client that names a host where none can be named. */
    static RefusedException takesNoHost(String words) {
        return new RefusedException(Reason.NOT_ALLOWED, words + " takes no host that a client names;"
                + " name a destination of this gateway that has `permit:`, or let the site's own route do so");
    }

    /**
     * A session goes there: counts in the destination's limits.
     *
     * @throws RefusedException BUSY if a limit is reached
     */
    default Share begins() throws RefusedException {
        return Share.NONE;
    }

    /** Who may reach it, of those whom a route lets through. */
    default Admission admission() {
        return new Admission.Open();
    }
}
