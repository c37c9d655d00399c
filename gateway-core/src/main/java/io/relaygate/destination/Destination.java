package io.relaygate.destination;

import io.relaygate.access.Admission;
import java.io.IOException;

/** A named place that sessions can be connected to. */
public sealed interface Destination permits AddressDestination, SiteDestination, TunnelDestination {

    /**
     * Connects.
     *
     * @throws io.relaygate.sdk.RefusedException if nothing answered in time or the far side refused; the message says
     *     what each address or namespace answered
     */
    Dialed dial(DialContext context) throws IOException;

    /** Who may reach it, of those whom a route lets through. */
    default Admission admission() {
        return new Admission.Open();
    }
}
