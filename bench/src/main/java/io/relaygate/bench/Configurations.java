package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Writes the configuration files of relay, edge and site into one folder, with fresh keys. */
final class Configurations {

    /** Of a route: sessions go to the sink. */
    static final String TO_SINK = "to: sink";

    private final Path folder;
    private final Surroundings surroundings;
    private final String mode;
    private final @Nullable Pins pins;
    private final String ofTheSite;

    /**
     * Files in a folder.
     *
     * @param pins the keys by which edge and site know each other, or null if carriers are not sealed
     */
    Configurations(Path folder, Surroundings surroundings, String mode, @Nullable Pins pins) throws IOException {
        this(folder, surroundings, mode, pins, "");
    }

    /** The same with more sections in the site's. */
    Configurations(Path folder, Surroundings surroundings, String mode, @Nullable Pins pins, String ofTheSite) throws IOException {
        this.ofTheSite = ofTheSite;
        this.folder = folder;
        this.surroundings = surroundings;
        this.mode = mode;
        this.pins = pins;
        writeKey("edge.key");
        writeKey("site.key");
    }

    /** The relay as a process of its own. */
    Path relay() throws IOException {
        return write("relay", relaySection());
    }

    /** The edge, which reaches the site through the relay at {@code relayPort}. */
    Path edge(int relayPort) throws IOException {
        return write("edge", namespace(relayPort, "edge") + entry("own"));
    }

    /** The edge with the relay inside. */
    Path edgeWithRelay() throws IOException {
        return write("edge", relaySection() + entry("embedded"));
    }

    /** The site, which listens on the relay at {@code relayPort} and connects to the sink. */
    Path site(int relayPort) throws IOException {
        return site(relayPort, TO_SINK);
    }

    /** The same with these settings of its route. */
    Path site(int relayPort, String route) throws IOException {
        return write("site", "site: bench\n" + ofTheSite + namespace(relayPort, "site") + senders() + """
                entryPoints: { hub: { namespaces: [own], hybridConnection: bench, mode: %s } }
                routes:
                  - { name: sink, from: hub, service: sink, open: true, %s }
                destinations: { sink: { addresses: ["127.0.0.1:%d"] } }
                """.formatted(mode, route, surroundings.sink().getPort()));
    }

    /** A gateway at whose own port clients come, with these settings of its route. */
    Path alone(String route) throws IOException {
        return write("alone", ofTheSite + """
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: sink, from: in, open: true, %s }
                destinations: { sink: { addresses: ["127.0.0.1:%d"] } }
                """.formatted(route, surroundings.sink().getPort()));
    }

    private String relaySection() {
        return """
                relay:
                  listen: "127.0.0.1:0"
                  tls: { certificate: "%s", key: "%s" }
                  hybridConnections:
                    bench:
                      keys:
                        edge: { rights: [send], primary: "${file:edge.key}" }
                        site: { rights: [listen], primary: "${file:site.key}" }
                """.formatted(surroundings.certificate().certificate(), surroundings.certificate().key());
    }

    private String namespace(int relayPort, String key) {
        return """
                namespaces:
                  own:
                    endpoint: "sb://localhost:%d/"
                    caFile: "%s"
                    credential: { sasKeyName: %s, sasKey: "${file:%s.key}" }
                """.formatted(relayPort, surroundings.certificate().certificate(), key, key);
    }

    private String senders() {
        return pins == null ? "" : "senders: { bench: { pins: [\"%s\"] } }%n".formatted(pins.edge());
    }

    private String entry(String namespace) {
        return """
                sites: { bench: { namespaces: [%s], hybridConnection: bench, services: [sink], mode: %s%s } }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: in, from: in, to: bench/sink, open: true }
                """.formatted(namespace, mode, pins == null ? "" : ", pins: [\"" + pins.site() + "\"]");
    }

    private Path write(String role, String text) throws IOException {
        Path file = folder.resolve(role + ".yaml");
        return Files.writeString(file, "stateDir: \"%s\"%n".formatted(folder.resolve(role + "-state")) + text);
    }

    private void writeKey(String file) throws IOException {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Files.writeString(folder.resolve(file), Base64.getEncoder().encodeToString(key));
    }
}
