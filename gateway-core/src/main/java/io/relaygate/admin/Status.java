package io.relaygate.admin;

import java.util.List;

/**
 * How the ways of sessions are at one moment: to sites, from edges, and the lanes. Times are in milliseconds if they do
 * not say otherwise; -1 stands for what is not known.
 *
 * @param instance the name of this process in its lanes
 * @param sites every site with every namespace that leads to it
 * @param hybridConnections what this gateway listens on
 * @param lanes the lanes of tunnels that end here
 */
public record Status(String instance, List<Site> sites, List<HybridConnection> hybridConnections, List<Lane> lanes) {

    /** Keeps its own copies. */
    public Status {
        sites = List.copyOf(sites);
        hybridConnections = List.copyOf(hybridConnections);
        lanes = List.copyOf(lanes);
    }

    /**
     * A way to a site.
     *
     * @param site the site's name
     * @param mode {@code tunnel} or {@code plain}
     * @param namespace the namespace
     * @param state {@code up} if a lane is carried, {@code reached} if the last attempt was successful, {@code not tried},
     *     or the reason of its failure
     * @param lanes how many lanes are carried
     * @param sessions how many sessions are on them
     * @param ago when the last attempt ended
     * @param detail why it failed, in words
     */
    public record Site(
            String site, String mode, String namespace, String state, long lanes, long sessions, long ago, String detail) {}

    /**
     * A hybrid connection that is listened on.
     *
     * @param entryPoint the entry point's name
     * @param mode {@code tunnel} or {@code plain}
     * @param namespace the namespace
     * @param path the hybrid connection in it
     * @param connected how many control channels are up
     * @param wanted how many there are to be
     * @param state what they do, in words
     */
    public record HybridConnection(
            String entryPoint, String mode, String namespace, String path, long connected, long wanted, String state) {}

    /**
     * A lane.
     *
     * @param end which end of it is here, {@code edge} or {@code site}
     * @param peer at the edge the site's name, at the site the instance of the edge
     * @param lane its number among the lanes with the peer
     * @param process the instance at the other end; empty before it is known
     * @param relay the namespace that carries it, or did so last; empty before it was carried
     * @param up whether it is carried
     * @param since for how long it has been carried, or has not been
     * @param roundTripMicros how long the peer took to answer last, in microseconds
     * @param sessions how many sessions are on it
     * @param retainedBytes own bytes that the peer is not known to hold
     * @param promisedBytes memory that is set aside for what the peer may send
     * @param resumptions how often it, or a lane that it has replaced, went on after a loss
     * @param lost how many carriers were lost
     * @param resentBytes bytes that went out again
     * @param trouble why it is not carried
     */
    public record Lane(
            String end,
            String peer,
            long lane,
            String process,
            String relay,
            boolean up,
            long since,
            long roundTripMicros,
            long sessions,
            long retainedBytes,
            long promisedBytes,
            long resumptions,
            long lost,
            long resentBytes,
            String trouble) {}
}
