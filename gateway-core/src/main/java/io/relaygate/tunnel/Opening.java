package io.relaygate.tunnel;

import org.jspecify.annotations.Nullable;

/** What is said on a carrier before a lane has it; one for each side. */
interface Opening {

    /** Takes a record that only opens carriers. */
    void record(Carrier carrier, CarrierRecord record, long now) throws ProtocolException;

    /** The lane that has the carrier, or is meant to have it. */
    @Nullable Lane lane();

    /** Whether the peer has not yet said what must come first. */
    boolean begins();

    /** What is missing of a carrier that began then. */
    Patience patience(Timing timing, long began);

    /** What a carrier that no lane has yet waits for, since when and for how long; in nanoseconds. */
    record Patience(String missing, long since, long nanos) {}
}
