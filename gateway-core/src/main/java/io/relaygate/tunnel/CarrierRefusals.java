package io.relaygate.tunnel;

import io.relaygate.net.SealException;
import io.relaygate.observe.Counter;
import io.relaygate.observe.Metrics;
import io.relaygate.tunnel.LaneStatus.End;

/** Counts the carriers that are not what they should be, by why. Any thread. */
public final class CarrierRefusals {

    private final Counter refused;

    /** None yet; they will be shown in these metrics. */
    public CarrierRefusals(Metrics metrics) {
        refused = metrics.counter(
                "relaygate_tunnel_carriers_refused",
                "Carriers whose other end has not proven who it is, or does not take our proof, by why.",
                "end",
                "at",
                "reason");
    }

    /**
     * One was not taken.
     *
     * @param end which end of it is here
     * @param at the site that was dialled, or the entry point that has listened
     */
    public void refused(End end, String at, SealException.Why why) {
        refused.increment(end.name(), at, why.name());
    }
}
