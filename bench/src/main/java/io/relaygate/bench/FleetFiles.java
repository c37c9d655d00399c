package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The configurations of a survival run, with keys and a certificate of its own. */
final class FleetFiles {

    private final Certificate certificate;
    private final SurvivalOptions options;
    private final Map<String, InetSocketAddress> services;

    FleetFiles(Path folder, SurvivalOptions options, Map<String, InetSocketAddress> services)
            throws IOException, InterruptedException {
        this.certificate = Certificate.make(folder);
        this.options = options;
        this.services = services;
        for (String name : List.of("edge.key", "site.key")) {
            byte[] key = new byte[32];
            new SecureRandom().nextBytes(key);
            Files.writeString(folder.resolve(name), Base64.getEncoder().encodeToString(key));
        }
    }

    /** A relay at a port of loopback; 0 for a free one. */
    String relay(int port) {
        return """
                relay:
                  listen: "127.0.0.1:%d"
                  cadence: %dms
                  tls: { certificate: "%s", key: "%s" }
                  hybridConnections:
                    site:
                      keys:
                        edge: { rights: [send], primary: "${file:edge.key}" }
                        site: { rights: [listen], primary: "${file:site.key}" }
                """.formatted(port, options.silence().toMillis() / 3, certificate.certificate(), certificate.key());
    }

    /** A site gateway that listens on all relays. */
    String site(List<Integer> relays) {
        return tunnel() + "site: far\n" + namespaces(relays, "site") + """
                entryPoints: { hub: { namespaces: [%s], hybridConnection: site, mode: tunnel } }
                routes:
                %sdestinations:
                %s""".formatted(names(relays),
                        each(service -> "  - { name: %1$s, from: hub, service: %1$s, to: %1$s, open: true }%n".formatted(service)),
                        each(service -> "  %s: { addresses: [\"127.0.0.1:%d\"] }%n".formatted(service, port(service))));
    }

    /** The edge, which reaches the site over all relays. */
    String edge(List<Integer> relays) {
        return tunnel() + namespaces(relays, "edge") + """
                sites: { far: { namespaces: [%s], hybridConnection: site, services: [%s], mode: tunnel } }
                entryPoints:
                %sroutes:
                %s""".formatted(names(relays), String.join(", ", services.keySet()),
                        each("  %s: { listen: \"127.0.0.1:0\" }%n"::formatted),
                        each(service -> "  - { name: %1$s, from: %1$s, to: far/%1$s, open: true }%n".formatted(service)));
    }

    private String tunnel() {
        return """
                log: { format: json, level: debug }
                tunnel: { silence: %dms, hold: 60s }
                """.formatted(options.silence().toMillis());
    }

    private String namespaces(List<Integer> relays, String key) {
        return IntStream.range(0, relays.size())
                .mapToObj(i -> """
                          %s: { endpoint: "sb://localhost:%d/", caFile: "%s", credential: { sasKeyName: %s, sasKey: "${file:%s.key}" } }
                        """.formatted(name(i), relays.get(i), certificate.certificate(), key, key))
                .collect(Collectors.joining("", "namespaces:\n", ""));
    }

    private static String names(List<Integer> relays) {
        return IntStream.range(0, relays.size()).mapToObj(FleetFiles::name).collect(Collectors.joining(", "));
    }

    private static String name(int relay) {
        return "relay" + (relay + 1);
    }

    private int port(String service) {
        return services.entrySet().stream()
                .filter(entry -> entry.getKey().equals(service))
                .mapToInt(entry -> entry.getValue().getPort())
                .findFirst()
                .orElseThrow();
    }

    private String each(Function<String, String> line) {
        return services.keySet().stream().map(line).collect(Collectors.joining());
    }
}
