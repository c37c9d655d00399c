package io.relaygate.tunnel;

import java.time.Duration;
import java.util.List;

/**
 * How long the peer of a lane took to answer when it was asked, again and again.
 *
 * @param lane the lane's number
 * @param relay the relay that carries it
 * @param times one for each answer; nothing if the lane has no carrier
 */
public record LaneTrips(int lane, String relay, List<Duration> times) {}
