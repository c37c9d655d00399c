package io.relaygate;

import io.relaygate.admin.AdminServer;
import io.relaygate.admin.Readiness;
import io.relaygate.admin.Status;
import io.relaygate.destination.Reach;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.EntryPoint;
import io.relaygate.entrypoint.RelayEntryPoint;
import io.relaygate.relay.Relay;
import io.relaygate.relay.server.EmbeddedRelay;
import io.relaygate.tunnel.LaneSlots;
import io.relaygate.tunnel.LaneStatus;
import io.relaygate.tunnel.LaneStatus.End;
import io.relaygate.tunnel.LaneTraffic;
import io.relaygate.tunnel.Mode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a gateway is, for people and probes. Any thread; nothing here waits for a connection. */
final class Overview {

    private final String instance;
    private final EntryPoints entryPoints;
    private final Reaches reaches;
    private final LaneSlots slots;
    private final InstantSource clock;

    Overview(String instance, EntryPoints entryPoints, Reaches reaches, LaneSlots slots, InstantSource clock) {
        this.instance = instance;
        this.entryPoints = entryPoints;
        this.reaches = reaches;
        this.slots = slots;
        this.clock = clock;
    }

    /** Whether sessions can be taken. */
    Readiness readiness(@Nullable Generation now) {
        List<String> reasons = new ArrayList<>();
        for (EntryPoint entryPoint : entryPoints.open()) {
            String trouble = entryPoint.trouble();
            if (trouble != null) {
                reasons.add("entry point " + entryPoint.name() + ": " + trouble);
            }
        }
        if (now != null && !now.relays().isEmpty() && now.relays().stream().noneMatch(Relay::healthy)) {
            reasons.add("no relay is connected");
        }
        return new Readiness(reasons);
    }

    /** Every bound address by what is bound to it. */
    Map<String, String> addresses(@Nullable EmbeddedRelay embedded, @Nullable AdminServer admin, Probes probes) {
        Map<String, String> addresses = new LinkedHashMap<>();
        for (EntryPoint entryPoint : entryPoints.open()) {
            addresses.put(entryPoint.name(), String.join(", ", entryPoint.addresses()));
        }
        if (embedded != null && embedded.address() != null) {
            addresses.put("relay", embedded.address().toString());
        }
        if (admin != null) {
            addresses.put("admin", admin.address().toString());
        }
        String probed = probes.address();
        if (probed != null) {
            addresses.put("health", probed);
        }
        return addresses;
    }

    /** The ways of sessions. */
    Status status(GatewayConfig config) {
        List<LaneStatus> lanes = slots.all();
        List<Status.Site> sites = new ArrayList<>();
        config.sites().forEach((name, settings) -> settings.namespaces().forEach(namespace ->
                sites.add(site(name, settings, namespace, reaches.last(name, settings, namespace), lanes))));
        List<Status.HybridConnection> listening = new ArrayList<>();
        for (EntryPoint each : entryPoints.open()) {
            if (each instanceof RelayEntryPoint hub) {
                hub.listening().forEach(at -> listening.add(hub(hub, at)));
            }
        }
        return new Status(instance, sites, listening, lanes.stream().map(Overview::lane).toList());
    }

    private Status.Site site(
            String name, SiteSettings settings, String namespace, Reach.@Nullable Attempt last, List<LaneStatus> lanes) {
        List<LaneStatus> carried = lanes.stream()
                .filter(lane -> lane.end() == End.EDGE
                        && lane.up()
                        && lane.peer().equals(name)
                        && lane.relay().equals(namespace))
                .toList();
        return new Status.Site(
                name,
                text(Objects.requireNonNullElse(settings.mode(), Mode.TUNNEL)),
                namespace,
                !carried.isEmpty() ? "up" : state(last),
                carried.size(),
                carried.stream().mapToInt(LaneStatus::sessions).sum(),
                last == null ? -1 : Duration.between(last.when(), clock.instant()).toMillis(),
                last == null ? "" : last.detail());
    }

    private static String state(Reach.@Nullable Attempt last) {
        if (last == null) {
            return "not tried";
        }
        return last.reason() == null ? "reached" : last.reason().name();
    }

    private static Status.HybridConnection hub(RelayEntryPoint hub, RelayEntryPoint.Listening at) {
        return new Status.HybridConnection(
                hub.name(),
                text(hub.settings().mode()),
                at.namespace(),
                at.hybridConnection(),
                at.connected(),
                at.wanted(),
                at.state());
    }

    private static Status.Lane lane(LaneStatus lane) {
        Duration roundTrip = lane.roundTrip();
        return new Status.Lane(
                text(lane.end()),
                lane.peer(),
                lane.lane(),
                lane.process(),
                lane.relay(),
                lane.up(),
                lane.since().toMillis(),
                roundTrip == null ? -1 : roundTrip.toNanos() / 1000,
                lane.sessions(),
                lane.retained(),
                lane.promised(),
                lane.traffic().stream().mapToLong(LaneTraffic::resumptions).sum(),
                lane.traffic().stream().flatMap(each -> each.lost().values().stream()).mapToLong(Long::longValue).sum(),
                lane.traffic().stream().mapToLong(LaneTraffic::resent).sum(),
                Objects.requireNonNullElse(lane.trouble(), ""));
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
