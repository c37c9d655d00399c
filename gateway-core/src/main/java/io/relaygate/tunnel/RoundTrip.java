package io.relaygate.tunnel;

/** How long a lane's bytes take to the peer and back. */
final class RoundTrip {

    private static final long UNKNOWN = 50_000_000;
    private static final long LEAST = 10_000_000;

    private RoundTrip() {}

    /** In nanoseconds, a guess at first; to a near peer threads take longer than the wire. */
    static long of(Lane lane) {
        Carrier carrier = lane.cur;
        long measured = carrier == null ? -1 : carrier.roundTrips().last();
        return measured < 0 ? UNKNOWN : Math.max(LEAST, measured);
    }
}
