package io.relaygate;

import io.relaygate.admin.BenchReport;
import io.relaygate.admin.BenchReport.Rate;
import io.relaygate.admin.BenchReport.Time;
import io.relaygate.admin.BenchRequest;
import io.relaygate.destination.Destination;
import io.relaygate.destination.DialContext;
import io.relaygate.destination.Dialed;
import io.relaygate.destination.MeasuringClient;
import io.relaygate.destination.MeasuringClient.Moved;
import io.relaygate.destination.TunnelDestination;
import io.relaygate.net.Link;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.tunnel.Accepting;
import io.relaygate.tunnel.LaneSlots;
import io.relaygate.tunnel.LaneStatus;
import io.relaygate.tunnel.LaneStatus.End;
import io.relaygate.tunnel.LaneTraffic;
import io.relaygate.tunnel.LaneTrips;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Measures the way to a service as sessions go it: how long the parts of it take, and how much goes over it. To the
 * service itself it only connects; bytes go to a service of the protocol {@code measure}. One measurement, one thread.
 */
final class Benchmark {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
    private static final Duration FIRST_BYTE_LIMIT = Duration.ofMillis(300);
    private static final int QUESTIONS = 20;
    private static final int ECHOES = 50;

    private final BenchRequest request;
    private final DestinationName name;
    private final Function<DestinationName, Optional<Destination>> destinations;
    private final LaneSlots slots;
    private final List<Time> times = new ArrayList<>();
    private final List<Rate> rates = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private String relay = "";
    private @Nullable Long carrier;

    /**
     * A measurement.
     *
     * @throws IOException if it is not to be a service at a site
     */
    Benchmark(BenchRequest request, Function<DestinationName, Optional<Destination>> destinations, LaneSlots slots)
            throws IOException {
        this.request = request;
        this.destinations = destinations;
        this.slots = slots;
        try {
            this.name = DestinationName.parse(request.destination());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (name.site() == null) {
            throw new IOException("'" + name + "' is not SITE/SERVICE: only ways to sites are measured");
        }
    }

    /** Measures; takes seconds. */
    BenchReport run() throws IOException {
        Destination service = destinations
                .apply(name)
                .orElseThrow(() -> new IOException("the configuration has no service '" + name + "'"));
        openings(service);
        if (service instanceof TunnelDestination tunnel) {
            tunnel.trips(QUESTIONS, CONNECT_LIMIT).forEach(this::carrier);
        }
        DestinationName measuring = new DestinationName(name.site(), request.measuring());
        Optional<Destination> measure = destinations.apply(measuring);
        if (measure.isPresent()) {
            try {
                move(measure.get());
            } catch (IOException e) {
                notes.add("no throughput: " + measuring + ": " + e.getMessage());
            }
        } else {
            notes.add("no throughput: site " + name.site() + " has no service '" + request.measuring() + "'");
        }
        String mode = service instanceof TunnelDestination ? "tunnel" : "plain";
        return new BenchReport(name.toString(), mode, relay, times, rates, notes);
    }

    /** Connects to the service, again and again, and sends nothing. */
    private void openings(Destination service) throws IOException {
        boolean ready = service instanceof TunnelDestination tunnel
                && tunnel.trips(1, CONNECT_LIMIT).stream().anyMatch(lane -> !lane.times().isEmpty());
        if (service instanceof TunnelDestination && !ready) {
            List<Duration> first = new ArrayList<>();
            open(service, first, new ArrayList<>(), new ArrayList<>());
            time("the first opening, which makes the carrier", first);
        }
        List<Duration> all = new ArrayList<>();
        List<Duration> atSite = new ArrayList<>();
        List<Duration> firstBytes = new ArrayList<>();
        for (int i = 0; i < request.openings(); i++) {
            open(service, all, atSite, firstBytes);
        }
        time("opening a session", all);
        if (atSite.size() == all.size()) {
            List<Duration> way = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                way.add(all.get(i).minus(atSite.get(i)));
            }
            time("  of it to the site and back", way);
            time("  of it at the site, connecting to the destination", atSite);
        }
        if (firstBytes.isEmpty()) {
            notes.add("no first byte of the service in " + FIRST_BYTE_LIMIT.toMillis() + " ms: it waits for its client");
        } else {
            time("first byte of the service, once it is connected", firstBytes);
        }
    }

    private void open(Destination service, List<Duration> all, List<Duration> atSite, List<Duration> firstBytes)
            throws IOException {
        long began = System.nanoTime();
        Link link = dial(service);
        try {
            Duration site = link instanceof Accepting tunnelled ? tunnelled.awaitAccepted(CONNECT_LIMIT) : null;
            long opened = System.nanoTime();
            all.add(Duration.ofNanos(opened - began));
            if (site != null) {
                atSite.add(site);
            }
            if (link.awaitReadable(FIRST_BYTE_LIMIT) && link.peek(1).hasRemaining()) {
                firstBytes.add(Duration.ofNanos(System.nanoTime() - opened));
            }
        } finally {
            link.close();
        }
    }

    private Link dial(Destination service) throws IOException {
        byte[] id = new byte[16];
        ThreadLocalRandom.current().nextBytes(id);
        Dialed dialed = service.dial(new DialContext(
                HexFormat.of().formatHex(id), "bench", "bench", Caller.ANONYMOUS, null, List.of(), Instant.now().plus(CONNECT_LIMIT)));
        relay = dialed.relay() == null ? relay : dialed.relay();
        return dialed.link();
    }

    private void carrier(LaneTrips lane) {
        if (!lane.times().isEmpty()) {
            long median = time("to the site and back on the carrier of lane " + lane.lane() + " over " + lane.relay(), lane.times());
            carrier = carrier == null ? median : Math.min(carrier, median);
        }
    }

    private void move(Destination measure) throws IOException {
        Link echo = dial(measure);
        try {
            long median = time("a byte there and back in a session", new MeasuringClient(echo).echo(ECHOES));
            if (carrier != null) {
                long rest = Math.max(0, median - carrier);
                times.add(new Time("  of it in the two gateways", 1, rest, rest, rest));
            }
        } finally {
            echo.close();
        }
        Duration limit = Duration.ofSeconds(request.seconds());
        rate("up", measure, client -> client.up(request.bytes(), limit));
        rate("down", measure, client -> client.down(request.bytes(), limit));
    }

    /** Moves bytes. */
    private interface Moving {
        Moved by(MeasuringClient client) throws IOException;
    }

    private void rate(String direction, Destination measure, Moving moving) throws IOException {
        Link link = dial(measure);
        try {
            MeasuringClient client = new MeasuringClient(link);
            long credit = waited(LaneTraffic::creditNanos);
            long room = waited(LaneTraffic::roomNanos);
            Moved moved = moving.by(client);
            rates.add(new Rate(
                    direction,
                    moved.bytes(),
                    moved.time().toNanos() / 1000,
                    (waited(LaneTraffic::creditNanos) - credit) / 1000,
                    (waited(LaneTraffic::roomNanos) - room) / 1000));
        } finally {
            // What has not come yet is not wanted.
            link.abort();
        }
    }

    private long waited(ToLongFunction<LaneTraffic> nanos) {
        return slots.all().stream()
                .filter(lane -> lane.end() == End.EDGE && lane.peer().equals(name.site()))
                .map(LaneStatus::traffic)
                .flatMap(List::stream)
                .mapToLong(nanos)
                .sum();
    }

    /** Adds a row, and gives its median in microseconds. */
    private long time(String what, List<Duration> measured) {
        List<Long> sorted = measured.stream().map(each -> each.toNanos() / 1000).sorted().toList();
        long median = sorted.get(sorted.size() / 2);
        times.add(new Time(what, sorted.size(), sorted.getFirst(), median, sorted.getLast()));
        return median;
    }
}
