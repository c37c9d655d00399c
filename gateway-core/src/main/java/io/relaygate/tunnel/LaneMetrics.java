package io.relaygate.tunnel;

import io.relaygate.observe.Samples;
import io.relaygate.tunnel.LaneStatus.End;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lanes as metrics, which are there as long as their lanes are. */
final class LaneMetrics {

    private final LaneSlots slots;

    LaneMetrics(LaneSlots slots) {
        this.slots = slots;
    }

    /** Called at every scrape. */
    void sample(Samples into) {
        slots.all().forEach(lane -> {
            present(lane, into);
            lane.traffic().forEach(traffic -> past(lane, traffic, into));
        });
    }

    private static void present(LaneStatus lane, Samples into) {
        Map<String, String> labels = labels(lane, lane.relay());
        into.gauge("relaygate_tunnel_lane_up", "1 while a lane has a carrier, 0 while it has none.", lane.up() ? 1 : 0, labels);
        into.gauge("relaygate_tunnel_sessions_open", "Sessions on a lane.", lane.sessions(), labels);
        into.gauge("relaygate_tunnel_retained_bytes", "Bytes of a lane that the peer is not known to hold.", lane.retained(), labels);
        into.gauge("relaygate_tunnel_window_bytes", "Memory that is promised to a lane's sessions.", lane.promised(), labels);
        if (lane.roundTrip() != null) {
            into.gauge(
                    "relaygate_tunnel_round_trip_seconds",
                    "How long the peer took to answer a carrier last.",
                    lane.roundTrip().toNanos() / 1e9,
                    labels);
        }
    }

    private static void past(LaneStatus lane, LaneTraffic traffic, Samples into) {
        Map<String, String> labels = labels(lane, traffic.relay());
        boolean edge = lane.end() == End.EDGE;
        into.counter("relaygate_tunnel_sessions_opened", "Sessions that were opened on a lane.", traffic.opened(), labels);
        bytes(edge ? traffic.sent() : traffic.received(), "up", labels, into);
        bytes(edge ? traffic.received() : traffic.sent(), "down", labels, into);
        into.counter("relaygate_tunnel_resent_bytes", "Bytes that went out again after a carrier was lost.", traffic.resent(), labels);
        into.counter("relaygate_tunnel_resumptions", "How often a lane went on, on another carrier.", traffic.resumptions(), labels);
        traffic.lost().forEach((loss, times) -> into.counter(
                "relaygate_tunnel_carriers_lost", "Carriers that lanes have lost.", times, with(labels, "reason", loss.name())));
        waits(traffic.creditNanos(), "credit", labels, into);
        waits(traffic.roomNanos(), "room", labels, into);
    }

    private static void bytes(long bytes, String direction, Map<String, String> labels, Samples into) {
        into.counter(
                "relaygate_tunnel_bytes",
                "Bytes that lanes have carried, frames included; up is from the client to the destination.",
                bytes,
                with(labels, "direction", direction));
    }

    private static void waits(long nanos, String what, Map<String, String> labels, Samples into) {
        into.counter(
                "relaygate_tunnel_wait_seconds",
                "How long senders of sessions have waited for credit, or for room in the lane.",
                nanos / 1e9,
                with(labels, "for", what));
    }

    private static Map<String, String> labels(LaneStatus lane, String relay) {
        return Map.of("end", lane.end().name(), "peer", lane.peer(), "lane", Integer.toString(lane.lane()), "relay", relay);
    }

    private static Map<String, String> with(Map<String, String> labels, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(labels);
        more.put(name, value);
        return more;
    }
}
