package io.relaygate.tunnel;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a lane is at one moment.
 *
 * @param end which end of it is here
 * @param peer at the edge the name of the site, at the site the sender that the edge has proven to be, or its instance
 * @param lane the number of its place among the lanes with this peer, from 0 on; the lane that replaces it gets the same
 * @param process the instance of the process at the other end; empty before it is known
 * @param relay the name of the relay that carries it, or did so last; empty before it had a carrier
 * @param up whether it has a carrier
 * @param since for how long it has had this carrier, or has had none
 * @param roundTrip how long the peer took to answer last; null if it was not asked yet
 * @param sessions how many sessions are on it
 * @param retained own bytes that the peer is not known to hold
 * @param promised bytes that the peer may send in its sessions: memory that is set aside
 * @param trouble why it has no carrier, if that is known
 * @param traffic what it has carried, by relay
 */
public record LaneStatus(
        End end,
        String peer,
        int lane,
        String process,
        String relay,
        boolean up,
        Duration since,
        @Nullable Duration roundTrip,
        int sessions,
        long retained,
        long promised,
        @Nullable String trouble,
        List<LaneTraffic> traffic) {

    /** The two ends of a lane. */
    public enum End {
        /** The end that dials. */
        EDGE,
        /** The end that is dialled. */
        SITE
    }
}
