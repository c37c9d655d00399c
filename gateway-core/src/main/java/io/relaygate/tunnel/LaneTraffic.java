package io.relaygate.tunnel;

import java.util.Map;

/**
 * What has gone over a lane while one relay carried it.
 *
 * @param relay the name of the relay
 * @param opened sessions that were opened
 * @param sent bytes of the own stream that went out, those that went out again not counted
 * @param received bytes of the peer's stream that came
 * @param resent bytes that went out again after a loss
 * @param resumptions how often the lane went on, on another carrier
 * @param lost carriers lost; nothing for what never happened
 * @param creditNanos how long senders of sessions have waited for credit, all added up
 * @param roomNanos how long they have waited for their turn, or for room in the lane
 */
public record LaneTraffic(
        String relay,
        long opened,
        long sent,
        long received,
        long resent,
        long resumptions,
        Map<CarrierLoss, Long> lost,
        long creditNanos,
        long roomNanos) {}
