package io.relaygate.dist;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Relay, edge and site as three processes, as they run in the field: clients connect to the edge, whose entry points
 * have the names of the services; the site connects them to the services' addresses.
 */
final class ThreeProcesses implements AutoCloseable {

    static final String HYBRID_CONNECTION = "site-oslo";
    static final String EDGE_KEY = "edge-key-0123456789abcdef";
    static final String SITE_KEY = "site-key-0123456789abcdef";

    private final Path folder;
    private final Map<String, String> services;
    private final String tunnel;
    private final String mode;
    private final Map<String, String> environment;
    private final RelayGateProcess relay;
    private final RelayGateProcess site;
    private final RelayGateProcess edge;

    private ThreeProcesses(
            Path folder, String relaySettings, String tunnel, String mode, Map<String, String> environment, Map<String, String> services) {
        this.folder = folder;
        this.tunnel = tunnel;
        this.mode = mode;
        this.environment = environment;
        this.services = new LinkedHashMap<>(services);
        // A relay that comes back must come back at the same place, which nobody may have taken meanwhile.
        this.relay = RelayGateProcess.start(keys("relay"), "relay", relayYaml("127.0.0.1:" + FreePort.find(), relaySettings), environment)
                .ready();
        this.site = site("site", siteYaml("credential: { sasKeyName: site, sasKey: \"${file:site.key}\" }"));
        this.edge = RelayGateProcess.start(keys("edge"), "run", edgeYaml(""), environment);
        try {
            site.ready();
            edge.ready();
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    /** Starts all three, as shipped and usually configured, and waits until they are ready; {@code name} names their folder. */
    static ThreeProcesses start(String name, Map<String, String> services) {
        return new ThreeProcesses(Folders.fresh(name), "", "", "", Map.of(), services);
    }

    /** All three in plain mode, {@linkplain Product#BRIEFLY briefly}, with more of the relay's settings in YAML's flow style. */
    static ThreeProcesses plain(String name, String relaySettings, Map<String, String> services) {
        return new ThreeProcesses(Folders.fresh(name), relaySettings, "", ", mode: plain", Product.BRIEFLY, services);
    }

    /** All three in tunnel mode, {@linkplain Product#BRIEFLY briefly}, with a patience that tests can wait for. */
    static ThreeProcesses tunnel(String name, Map<String, String> services) {
        String tunnel = "tunnel: { silence: 1500ms, hold: 30s }\n";
        return new ThreeProcesses(Folders.fresh(name), "cadence: 500ms,", tunnel, ", mode: tunnel", Product.BRIEFLY, services);
    }

    /** All three with a relay that behaves as badly as Azure might, and cuts carriers after a second or two. */
    static ThreeProcesses pessimistic(String name, String mode, Map<String, String> services) {
        String relay = "profile: pessimistic, cuts: { from: 1s, to: 3s, seed: 5 },";
        return new ThreeProcesses(Folders.fresh(name), relay, "", ", mode: " + mode, Product.BRIEFLY, services);
    }

    RelayGateProcess relay() {
        return relay;
    }

    RelayGateProcess site() {
        return site;
    }

    RelayGateProcess edge() {
        return edge;
    }

    /** The edge's port for a service. */
    int port(String service) {
        return edge.port(service);
    }

    Path caFile() {
        return relay.state().resolve("relay-ca.pem");
    }

    /** Starts one more process that listens on the same hybrid connection; the caller closes it. */
    RelayGateProcess site(String name, String yaml) {
        return RelayGateProcess.start(keys(name), "run", yaml, environment);
    }

    private Path keys(String process) {
        Path own = Folders.create(folder.resolve(process));
        Folders.write(own.resolve("edge.key"), EDGE_KEY);
        Folders.write(own.resolve("site.key"), SITE_KEY);
        return own;
    }

    private static String relayYaml(String listen, String settings) {
        return """
                relay:
                  { listen: "%s", %s hybridConnections: { %s: { keys: {
                    edge: { rights: [send], primary: "${file:edge.key}" },
                    site: { rights: [listen], primary: "${file:site.key}" } } } } }
                """
                .formatted(listen, settings, HYBRID_CONNECTION);
    }

    /** A site's configuration with the given credential, as {@code credential: {...}}. */
    String siteYaml(String credential) {
        return siteYaml(credential, services);
    }

    /** The same with other addresses behind the services. */
    String siteYaml(String credential, Map<String, String> addresses) {
        return tunnel + """
                site: oslo
                namespaces: { own: { endpoint: "sb://localhost:%d/", caFile: "%s", %s } }
                entryPoints: { hub: { namespaces: [own], hybridConnection: %s%s } }
                routes:
                %sdestinations:
                %s"""
                .formatted(relay.port("relay"), caFile(), credential, HYBRID_CONNECTION, mode,
                        lines(addresses, "  - { name: %1$s, from: hub, service: %1$s, to: %1$s, open: true }%n"),
                        lines(addresses, "  %1$s: { addresses: [\"%2$s\"], connectTimeout: 2s }%n"));
    }

    /** The edge's configuration, with more in front: whole keys in block style. */
    String edgeYaml(String more) {
        return more
                + tunnel
                + """
                namespaces:
                  own:
                    endpoint: "sb://localhost:%d/"
                    caFile: "%s"
                    credential: { sasKeyName: edge, sasKey: "${file:edge.key}" }
                sites: { oslo: { namespaces: [own], hybridConnection: %s, services: [%s]%s } }
                entryPoints:
                %sroutes:
                %s"""
                .formatted(relay.port("relay"), caFile(), HYBRID_CONNECTION, String.join(", ", services.keySet()), mode,
                        lines(services, "  %1$s: { listen: \"127.0.0.1:0\" }%n"),
                        lines(services, "  - { name: %1$s, from: %1$s, to: oslo/%1$s, open: true }%n"));
    }

    private static String lines(Map<String, String> services, String format) {
        return services.entrySet().stream()
                .map(e -> format.formatted(e.getKey(), e.getValue()))
                .collect(Collectors.joining());
    }

    /** What all three said, for the message of a failure. */
    String told() {
        return String.join("\n", relay.child().told(), site.child().told(), edge.child().told());
    }

    @Override
    public void close() {
        edge.close();
        site.close();
        relay.close();
    }
}
