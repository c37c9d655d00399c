package io.relaygate.dist;

import java.nio.file.Path;

/** An edge with a relay of its own, and the site {@code oslo} behind it. */
record EdgeAndSite(RelayGateProcess edge, RelayGateProcess site) implements AutoCloseable {

    /**
     * Starts both in {@code edge} and {@code site} below a folder.
     *
     * @param services of the site, with commas between
     * @param edgeConfig the edge's entry points and routes
     * @param siteConfig the site's destinations and routes, from the entry point {@code hub}
     */
    static EdgeAndSite start(Path folder, String services, String edgeConfig, String siteConfig) {
        Path edgeFolder = Folders.create(folder.resolve("edge"));
        Path siteFolder = Folders.create(folder.resolve("site"));
        Folders.write(edgeFolder.resolve("site.key"), ThreeProcesses.SITE_KEY);
        Folders.write(siteFolder.resolve("site.key"), ThreeProcesses.SITE_KEY);
        RelayGateProcess edge = RelayGateProcess.start(edgeFolder, "run", """
                relay: { listen: "127.0.0.1:0", hybridConnections: { hub: { keys: { site: { rights: [listen], primary: "${file:site.key}" } } } } }
                sites: { oslo: { namespaces: [embedded], hybridConnection: hub, services: [%s] } }
                """.formatted(services) + edgeConfig)
                .bound();
        try {
            return new EdgeAndSite(edge.ready(), site(siteFolder, edge, siteConfig));
        } catch (AssertionError | RuntimeException e) {
            edge.close();
            throw e;
        }
    }

    private static RelayGateProcess site(Path folder, RelayGateProcess edge, String siteConfig) {
        return RelayGateProcess.start(folder, "run", """
                site: oslo
                namespaces: { own: { endpoint: "sb://localhost:%d/", caFile: "%s", credential: { sasKeyName: site, sasKey: "${file:site.key}" } } }
                entryPoints: { hub: { namespaces: [own], hybridConnection: hub } }
                """.formatted(edge.port("relay"), edge.state().resolve("relay-ca.pem")) + siteConfig)
                .ready();
    }

    @Override
    public void close() {
        Closing.all(site, edge);
    }
}
