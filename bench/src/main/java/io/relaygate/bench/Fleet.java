package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The relays, site gateways and the edge of a survival run, as processes. */
final class Fleet implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final List<Member> relays = new ArrayList<>();
    private final List<Member> sites = new ArrayList<>();
    private final Map<String, InetSocketAddress> entries = new LinkedHashMap<>();
    private final Member edge;

    /**
     * Starts all of them; returns when the edge has reached {@code far}, which speaks first to who says {@link FarEnd#KEYS}.
     *
     * @param services where each service is; the edge has an entry point for each, of its name
     */
    Fleet(Path home, Path folder, SurvivalOptions options, Map<String, InetSocketAddress> services)
            throws IOException, InterruptedException {
        FleetFiles files = new FleetFiles(folder, options, services);
        List<Member> started = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 1; i <= options.relays(); i++) {
                Member relay = keep(started, Member.start("relay" + i, home, folder, files.relay(0)));
                int port = relay.address("relay").getPort();
                // A relay that comes back must come back at the same place.
                relay.configure(files.relay(port));
                ports.add(port);
                relays.add(relay);
            }
            for (int i = 1; i <= options.sites(); i++) {
                sites.add(keep(started, Member.start("site" + i, home, folder, files.site(ports))));
            }
            edge = keep(started, Member.start("edge", home, folder, files.edge(ports)));
            for (Member site : sites) {
                site.awaitBound();
                awaitListening(site, options.relays());
            }
            for (String service : services.keySet()) {
                entries.put(service, edge.address(service));
            }
        } catch (IOException | InterruptedException e) {
            started.reversed().forEach(Member::close);
            throw e;
        }
    }

    private static Member keep(List<Member> started, Member member) {
        started.add(member);
        return member;
    }

    private static void awaitListening(Member site, int namespaces) throws IOException, InterruptedException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (site.counters().sum("relaygate_relay_control_channels") < namespaces) {
            if (System.nanoTime() > end) {
                throw new IOException(site.name() + " does not listen:\n" + site.child().outputTail());
            }
            Thread.sleep(50);
        }
    }

    List<Member> relays() {
        return relays;
    }

    List<Member> sites() {
        return sites;
    }

    /** All gateways: the edge, and then the sites. */
    List<Member> gateways() {
        return Stream.concat(Stream.of(edge()), sites().stream()).toList();
    }

    Member edge() {
        return edge;
    }

    /** Where clients of a service connect. */
    InetSocketAddress entry(String service) {
        InetSocketAddress entry = entries.get(service);
        if (entry == null) {
            throw new IllegalArgumentException("no service " + service);
        }
        return entry;
    }

    /** What the site gateways have counted together, by the sums of their series. */
    Counters siteCounters() throws IOException, InterruptedException {
        Map<String, Double> sum = new LinkedHashMap<>();
        for (Member site : sites) {
            site.counters().series().forEach((name, value) -> sum.merge(name, value, Double::sum));
        }
        return new Counters(sum);
    }

    @Override
    public void close() {
        edge.close();
        sites.forEach(Member::close);
        relays.forEach(Member::close);
    }
}
