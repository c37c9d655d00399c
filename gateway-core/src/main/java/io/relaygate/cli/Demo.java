package io.relaygate.cli;

import io.relaygate.Gateway;
import io.relaygate.Preview;
import io.relaygate.admin.StateFiles;
import io.relaygate.config.ConfigException;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A relay, an edge and a site, each a whole gateway with a configuration file of its own, and two destinations behind
 * the site. Edge and site know nothing of each other but the relay, which they reach over TLS on the loopback.
 */
final class Demo implements AutoCloseable {

    private static final String HYBRID_CONNECTION = "demo";
    private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);

    private final Terminal terminal;
    private final Path folder;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    final DemoDestination page;
    final DemoDestination echo;
    final Gateway relay;
    final Gateway site;
    final Gateway edge;

    /**
     * Starts everything.
     *
     * @param folder for configurations and states
     * @param pause waits a moment, and says false if there is no more time
     */
    Demo(Terminal terminal, Path folder, BooleanSupplier pause) throws IOException, ConfigException, Failure {
        this.terminal = terminal;
        this.folder = folder;
        try {
            page = kept(DemoDestination.page());
            echo = kept(DemoDestination.echo());
            DevelopmentRelay relayFiles =
                    DevelopmentRelay.prepare(folder.resolve("relay"), ANY_PORT, List.of(HYBRID_CONNECTION));
            relay = kept(start(relayFiles.file()));
            site = kept(start(write("site", siteYaml(relayFiles))));
            edge = kept(start(write("edge", edgeYaml(relayFiles))));
            awaitReady(site, "the site", pause);
            awaitReady(edge, "the edge", pause);
        } catch (IOException | ConfigException | Failure | RuntimeException e) {
            close();
            throw e;
        }
    }

    String relayAddress() {
        return String.valueOf(relay.addresses().get("relay"));
    }

    /** Where clients connect, {@code web} or {@code echo}. */
    HostPort entryPoint(String name) {
        return HostPort.parse(String.valueOf(edge.addresses().get(name)));
    }

    private <T extends AutoCloseable> T kept(T part) {
        open.push(part);
        return part;
    }

    private Gateway start(Path file) throws IOException, ConfigException {
        return Serving.start(terminal, file, null, Preview.of(file), _ -> {});
    }

    private Path write(String name, String yaml) throws IOException {
        Path file = folder.resolve(name).resolve(name + ".yaml");
        StateFiles.write(file, yaml);
        return file;
    }

    private static void awaitReady(Gateway gateway, String name, BooleanSupplier pause) throws Failure {
        while (!gateway.readiness().ready()) {
            if (!pause.getAsBoolean()) {
                throw new Failure(Exit.FAILED,
                        name + " did not become ready: " + String.join("; ", gateway.readiness().reasons()));
            }
        }
    }

    private String siteYaml(DevelopmentRelay relayFiles) {
        return """
                site: demo
                stateDir: %s
                namespaces:
                %s
                entryPoints:
                  hub: { namespaces: [own], hybridConnection: %s }
                routes:
                  - { name: web, from: [hub], service: web, to: web, open: true }
                  - { name: echo, from: [hub], service: echo, to: echo, open: true }
                destinations:
                  web: { addresses: ["%s"] }
                  echo: { addresses: ["%s"] }
                """
                .formatted(
                        DevelopmentRelay.quoted(folder.resolve("site").toString()),
                        namespace(relayFiles, DevelopmentRelay.LISTEN),
                        HYBRID_CONNECTION,
                        page.address(),
                        echo.address());
    }

    private String edgeYaml(DevelopmentRelay relayFiles) {
        return """
                stateDir: %s
                namespaces:
                %s
                sites:
                  demo: { namespaces: [own], hybridConnection: %s, services: [web, echo] }
                entryPoints:
                  web: { listen: "127.0.0.1:0" }
                  echo: { listen: "127.0.0.1:0" }
                routes:
                  - { name: web, from: [web], to: demo/web, open: true }
                  - { name: echo, from: [echo], to: demo/echo, open: true }
                """
                .formatted(
                        DevelopmentRelay.quoted(folder.resolve("edge").toString()),
                        namespace(relayFiles, DevelopmentRelay.SEND),
                        HYBRID_CONNECTION);
    }

    private String namespace(DevelopmentRelay relayFiles, String key) {
        return """
                  own:
                    endpoint: "sb://%s/"
                    caFile: %s
                    credential: { sasKeyName: %s, sasKey: %s }"""
                .indent(2)
                .stripTrailing()
                .formatted(
                        relayAddress(),
                        DevelopmentRelay.quoted(relayFiles.caFile().toString()),
                        key,
                        DevelopmentRelay.quoted("${file:" + relayFiles.keyFile(key) + "}"));
    }

    /** Ends everything, the edge first. */
    @Override
    public void close() {
        for (AutoCloseable part : open) {
            try {
                part.close();
            } catch (Exception e) {
                terminal.err().println("relaygate: " + e.getMessage());
            }
        }
        open.clear();
    }
}
