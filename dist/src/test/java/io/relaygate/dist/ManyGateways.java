package io.relaygate.dist;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Several relays, gateways of one site, and edges, each a process of the product, in tunnel mode. Every edge and every
 * site gateway knows all relays. The one service, {@code who}, says first which site gateway has the session, and then
 * sends back what comes.
 */
final class ManyGateways implements AutoCloseable {

    private static final String HYBRID_CONNECTION = "site-oslo";

    private final Path folder;
    private final String settings;
    private final Duration routeTimeout;
    private final List<RelayGateProcess> relays = new ArrayList<>();
    private final List<TestServer> servers = new ArrayList<>();
    private final List<RelayGateProcess> sites = new ArrayList<>();
    private final List<RelayGateProcess> edges = new ArrayList<>();

    private ManyGateways(Path folder, String settings, Duration routeTimeout) {
        this.folder = folder;
        this.settings = settings;
        this.routeTimeout = routeTimeout;
    }

    /**
     * Starts all of them and waits until they are ready.
     *
     * @param name names their folder
     * @param settings more of the configuration of edges and site gateways: whole keys in block style
     * @param routeTimeout how long an edge waits for a session to get through
     */
    static ManyGateways start(String name, int relays, int sites, int edges, String settings, Duration routeTimeout) {
        ManyGateways all = new ManyGateways(Folders.fresh(name), settings, routeTimeout);
        try {
            all.start(relays, sites, edges);
            return all;
        } catch (AssertionError e) {
            all.close();
            throw e;
        }
    }

    private void start(int relayCount, int siteCount, int edgeCount) {
        for (int i = 0; i < relayCount; i++) {
            // A relay that comes back must come back at the same place, which nobody may have taken meanwhile.
            relays.add(RelayGateProcess.start(keys("relay" + i), "relay", relayYaml("127.0.0.1:" + FreePort.find())));
        }
        relays.forEach(RelayGateProcess::ready);
        for (int i = 0; i < siteCount; i++) {
            servers.add(TestServer.named("site" + i));
            sites.add(RelayGateProcess.start(keys("site" + i), "run", siteYaml(servers.getLast().address())));
        }
        for (int i = 0; i < edgeCount; i++) {
            edges.add(RelayGateProcess.start(keys("edge" + i), "run", edgeYaml()));
        }
        sites.forEach(RelayGateProcess::ready);
        edges.forEach(RelayGateProcess::ready);
    }

    private Path keys(String process) {
        Path own = Folders.create(folder.resolve(process));
        Folders.write(own.resolve("edge.key"), ThreeProcesses.EDGE_KEY);
        Folders.write(own.resolve("site.key"), ThreeProcesses.SITE_KEY);
        return own;
    }

    private static String relayYaml(String listen) {
        return """
                relay:
                  { listen: "%s", cadence: 500ms, hybridConnections: { %s: { keys: {
                    edge: { rights: [send], primary: "${file:edge.key}" },
                    site: { rights: [listen], primary: "${file:site.key}" } } } } }
                """
                .formatted(listen, HYBRID_CONNECTION);
    }

    private String siteYaml(String address) {
        return settings + """
                site: oslo
                namespaces:
                %sentryPoints: { hub: { namespaces: [%s], hybridConnection: %s, mode: tunnel } }
                routes: [{ name: who, from: hub, service: who, to: who, open: true }]
                destinations: { who: { addresses: ["%s"] } }
                """
                .formatted(namespaces("site"), names(), HYBRID_CONNECTION, address);
    }

    private String edgeYaml() {
        return settings + """
                namespaces:
                %ssites: { oslo: { namespaces: [%s], hybridConnection: %s, services: [who], mode: tunnel } }
                entryPoints: { who: { listen: "127.0.0.1:0", routeTimeout: %ds } }
                routes: [{ name: who, from: who, to: oslo/who, open: true }]
                """
                .formatted(namespaces("edge"), names(), HYBRID_CONNECTION, routeTimeout.toSeconds());
    }

    private String namespaces(String key) {
        return each(i -> """
                  ns%d: { endpoint: "sb://localhost:%d/", caFile: "%s", credential: { sasKeyName: %s, sasKey: "${file:%s.key}" } }
                """.formatted(i, relay(i).port("relay"), relay(i).state().resolve("relay-ca.pem"), key, key), "");
    }

    private String names() {
        return each(i -> "ns" + i, ", ");
    }

    private String each(Function<Integer, String> text, String between) {
        return IntStream.range(0, relays.size()).boxed().map(text).collect(Collectors.joining(between));
    }

    RelayGateProcess relay(int number) {
        return relays.get(number);
    }

    RelayGateProcess site(int number) {
        return sites.get(number);
    }

    RelayGateProcess edge(int number) {
        return edges.get(number);
    }

    /** What is behind a site gateway. */
    TestServer server(int site) {
        return servers.get(site);
    }

    @Override
    public void close() {
        edges.forEach(RelayGateProcess::close);
        sites.forEach(RelayGateProcess::close);
        servers.forEach(TestServer::close);
        relays.forEach(RelayGateProcess::close);
    }
}
