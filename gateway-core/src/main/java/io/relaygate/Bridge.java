package io.relaygate;

import io.relaygate.access.OwnPorts;
import io.relaygate.access.SharedUse;
import io.relaygate.destination.AddressDestination;
import io.relaygate.destination.Destination;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.Pool;
import io.relaygate.destination.PoolSettings;
import io.relaygate.destination.Reach;
import io.relaygate.destination.SiteDestination;
import io.relaygate.destination.SqlBrowser;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.net.Address;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Names;
import io.relaygate.net.WayOut;
import io.relaygate.relay.AzureRelay;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.Relay;
import io.relaygate.relay.Wire;
import io.relaygate.route.Route;
import io.relaygate.sdk.DestinationName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What azbridge does, at either end or both: ports of this machine lead to logical ports behind a relay, and logical ports
 * behind a relay lead to addresses that this machine reaches. Any thread.
 */
public final class Bridge implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

    private final Plan plan;
    // A connection string needs no state.
    private final Bare gateway = new Bare(Path.of(""));
    private final Relay relay;
    private final Map<String, String> hubs = new LinkedHashMap<>();
    private final List<Route> routes = new ArrayList<>();
    private final Map<DestinationName, Destination> destinations = new LinkedHashMap<>();

    /**
     * What it is to do.
     *
     * @param namespace the relay
     * @param out how it is reached
     * @param locals ports that lead to the relay
     * @param targets where logical ports lead from there; a name stands once for each hybrid connection
     */
    public record Plan(NamespaceSettings namespace, WayOut out, List<Local> locals, List<Target> targets) {

        /**
         * Keeps its own copy.
         *
         * @throws IllegalArgumentException if the namespace's settings or a path are wrong, or a logical port is given twice
         */
        public Plan {
            locals = List.copyOf(locals);
            targets = List.copyOf(targets);
            AzureRelay.check(namespace);
            String only = AzureRelay.onlyFor(namespace);
            TreeSet<String> paths = new TreeSet<>();
            locals.forEach(local -> paths.add(local.hybridConnection()));
            targets.forEach(target -> paths.add(target.hybridConnection()));
            for (String path : paths) {
                String trouble = RelayChecks.hybridConnectionTrouble(path);
                if (trouble != null) {
                    throw new IllegalArgumentException(trouble);
                }
                if (only != null && !only.equalsIgnoreCase(path)) {
                    throw new IllegalArgumentException("the connection string is for hybrid connection '" + only + "' alone, not for '" + path + "'");
                }
            }
            TreeSet<String> ports = new TreeSet<>();
            for (Target target : targets) {
                if (!ports.add(target.hybridConnection() + "/" + target.service())) {
                    throw new IllegalArgumentException("-T gives two targets to the logical port '" + target.port() + "' of '" + target.hybridConnection() + "'");
                }
            }
        }
    }

    /**
     * A port that leads to a logical port.
     *
     * @param listen where it listens
     * @param hybridConnection the relay's, as azbridge calls it
     * @param port the logical port's name, as it is sent
     */
    public record Local(Address listen, String hybridConnection, String port) {}

    /**
     * Where a logical port leads.
     *
     * @param hybridConnection the relay's, as azbridge calls it
     * @param port the logical port's name; upper and lower case are one
     * @param to the address
     */
    public record Target(String hybridConnection, String port, Address to) {
        private String service() {
            return port.toLowerCase(Locale.ROOT);
        }
    }

    /** Connects to nobody yet. */
    public Bridge(Plan plan) {
        this.plan = plan;
        String name = AzureRelay.host(plan.namespace());
        this.relay = Objects.requireNonNull(gateway.relays().of(Map.of(name, plan.namespace()), plan.out()).get(name));
    }

    /**
     * Begins; whether the relay can be reached shows later.
     *
     * @return what leads where, a line for each
     * @throws IOException if an address cannot be bound
     */
    public List<String> open() throws IOException {
        Map<String, List<Target>> targetsOf = new LinkedHashMap<>();
        for (Target target : plan.targets()) {
            targetsOf.computeIfAbsent(target.hybridConnection(), _ -> new ArrayList<>()).add(target);
        }
        for (int i = 0; i < plan.locals().size(); i++) {
            local("local-" + i, plan.locals().get(i));
        }
        plan.targets().forEach(target -> target(hub(target.hybridConnection()), target));
        gateway.route(routes, destinations);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < plan.locals().size(); i++) {
            Local local = plan.locals().get(i);
            lines.add(gateway.listen("local-" + i, EntryPointSettings.at(local.listen())) + " leads to " + local.hybridConnection() + "/" + local.port());
        }
        targetsOf.forEach((path, targets) -> {
            // As in azbridge, one target alone also takes those who name nothing but a number.
            String service = targets.size() == 1 ? targets.getFirst().service() : null;
            gateway.listen(hub(path), EntryPointSettings.ofBridge(relay.name(), path, service), relay);
            targets.forEach(target -> lines.add(path + "/" + target.port() + " leads to " + target.to()));
        });
        return lines;
    }

    /** A hybrid connection's name as an entry point, or as a site. */
    private String hub(String hybridConnection) {
        return hubs.computeIfAbsent(hybridConnection, path -> unlike(hubs.values(), path));
    }

    /** A name that none has yet: of hybrid connections and logical ports only these are told apart that have different words. */
    private static String unlike(Collection<String> others, String wanted) {
        String word = Bare.word(wanted);
        for (int n = 2; others.contains(word); n++) {
            word = Bare.word(wanted.substring(0, Math.min(50, wanted.length())) + "-" + n);
        }
        return word;
    }

    private void local(String entryPoint, Local local) {
        String site = hub(local.hybridConnection());
        List<String> others = destinations.keySet().stream().filter(name -> site.equals(name.site())).map(DestinationName::name).toList();
        DestinationName name = new DestinationName(site, unlike(others, local.port()));
        destinations.put(name, new SiteDestination(
                local.hybridConnection(), local.port(), local.hybridConnection(), Wire.AZBRIDGE, CONNECT_TIMEOUT, List.of(relay), new Reach(gateway.clock()),
                gateway.clock()));
        routes.add(Bare.forward(entryPoint, entryPoint, null, name));
    }

    private void target(String entryPoint, Target target) {
        String word = unlike(routes.stream().map(Route::name).toList(), target.hybridConnection() + "-" + target.port());
        DestinationName name = new DestinationName(null, word);
        DestinationSettings settings = DestinationSettings.at(target.to());
        destinations.put(name, new AddressDestination(
                word, settings, gateway.clock(), ThreadLocalRandom.current(), Names.ofClients(), new OwnPorts(Map::of), new SharedUse(),
                new Pool(word, PoolSettings.USUAL, gateway.clock(), Deadlines.shared(), gateway.threads(), gateway.metrics()), null, SqlBrowser.USUAL));
        routes.add(Bare.forward(word, entryPoint, target.service(), name));
    }

    /** Takes no clients any more, and lets those that it has finish, for so long at the most. */
    public void drain(Duration limit) {
        gateway.drain(limit);
    }

    /** Ends everything now. */
    @Override
    public void close() {
        gateway.close(() -> destinations.values().forEach(Destination::end));
    }
}
