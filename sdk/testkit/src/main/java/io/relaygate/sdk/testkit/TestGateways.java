package io.relaygate.sdk.testkit;

import io.relaygate.Gateway;
import io.relaygate.Plugins;
import io.relaygate.Preview;
import io.relaygate.admin.StateFiles;
import io.relaygate.config.ConfigException;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Two whole gateways in this process, with a plugin's jar between client and destination: an edge with a port and a relay,
 * and behind the relay a site that has the plugin.
 *
 * <pre>
 * client => port: edge => relay (TLS) => site: the plugin's route => destination
 * </pre>
 */
public final class TestGateways implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<TestGateways> OPEN = ConcurrentHashMap.newKeySet();

    private final Folder folder = Folder.make();
    private final Deque<Gateway> gateways = new ArrayDeque<>();
    private final Path plugins;
    private final Gateway site;
    private final int port;

    private TestGateways(PluginJar jar, String route, Map<String, String> destinations) {
        try {
            plugins = Files.createDirectories(folder.path().resolve("plugins"));
            Path raw = Files.createDirectories(folder.path().resolve("raw"));
            PluginJar.of(RawPlugin.class, raw);
            Files.copy(jar.path(), plugins.resolve("plugin.jar"));
            StateFiles.write(folder.path().resolve("site.key"), newKey());
            Gateway edge = start("edge", edge(), raw);
            site = start("site", site(edge, route, destinations), plugins);
            port = HostPort.parse(String.valueOf(edge.addresses().get("in"))).port();
            awaitReady();
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        OPEN.add(this);
    }

    /**
     * Starts them.
     *
     * @param route the rest of the plugin's route in the site's configuration, YAML: {@code protocol:}, {@code to:},
     *     {@code with:}, {@code open:} or {@code allow:}
     * @param destinations where the site's destinations are, {@code host:port} by their names
     * @throws IllegalArgumentException if the configuration is wrong; the message says where
     */
    public static TestGateways around(PluginJar jar, String route, Map<String, String> destinations) {
        return new TestGateways(jar, route, destinations);
    }

    /** Where clients connect, on the loopback. */
    public int port() {
        return port;
    }

    /** A client. */
    public Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    /**
     * Puts another jar in the place of the plugin's while sessions run; they finish with the one they began with.
     *
     * @throws AssertionError if the site does not take it
     */
    public void replace(PluginJar jar) {
        try {
            Path fresh = Files.copy(jar.path(), plugins.resolve("plugin.new"));
            Files.move(fresh, plugins.resolve("plugin.jar"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> problems = new ArrayList<>(site.reload());
        site.plugins().stream().filter(each -> each.reason() != null).forEach(each -> problems.add(each.file() + ": " + each.reason()));
        if (!problems.isEmpty()) {
            throw new AssertionError(String.join("\n", problems));
        }
    }

    private Gateway start(String name, String yaml, Path jars) throws IOException {
        Path file = Files.writeString(folder.path().resolve(name + ".yaml"), yaml);
        Plugins loaded = Plugins.load(jars, Preview.of(file), folder.path().resolve(name + "-copies"), Sdk.version());
        try {
            loaded.list().stream().filter(each -> each.reason() != null).findFirst().ifPresent(each -> {
                throw new IllegalArgumentException(each.file() + ": " + each.reason());
            });
            Gateway gateway = Gateway.start(file, loaded, _ -> {});
            gateways.push(gateway);
            return gateway;
        } catch (ConfigException e) {
            loaded.close();
            throw new IllegalArgumentException(e.getMessage() + "\nin\n" + yaml, e);
        } catch (IOException | RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    private static String newKey() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return Base64.getEncoder().encodeToString(random);
    }

    private static String edge() {
        return """
                stateDir: edge
                watchPlugins: false
                relay:
                  listen: "127.0.0.1:0"
                  keys: { site: { rights: [listen], primary: "${file:site.key}" } }
                  hybridConnections: { test: {} }
                sites:
                  test: { namespaces: [embedded], hybridConnection: test, services: [test] }
                entryPoints:
                  in: { listen: "127.0.0.1:0" }
                routes:
                  - { name: in, from: [in], protocol: %s, to: test/test, open: true }
                """.formatted(RawPlugin.PROTOCOL);
    }

    private static String site(Gateway edge, String route, Map<String, String> destinations) {
        StringBuilder yaml = new StringBuilder("""
                site: test
                stateDir: site
                watchPlugins: false
                namespaces:
                  own: { endpoint: "sb://%s/", caFile: edge/relay-ca.pem, credential: { sasKeyName: site, sasKey: "${file:site.key}" } }
                entryPoints:
                  hub: { namespaces: [own], hybridConnection: test }
                routes:
                  - name: test
                    from: [hub]
                    service: test
                """.formatted(Objects.requireNonNull(edge.addresses().get("relay"))));
        route.lines().forEach(line -> yaml.append("    ").append(line).append('\n'));
        if (!destinations.isEmpty()) {
            yaml.append("destinations:\n");
            destinations.forEach((name, address) ->
                    yaml.append("  ").append(name).append(": { addresses: [\"").append(address).append("\"] }\n"));
        }
        return yaml.toString();
    }

    private void awaitReady() {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (!gateways.stream().allMatch(gateway -> gateway.readiness().ready())) {
            if (System.nanoTime() > limit) {
                throw new AssertionError("the gateways are not ready: "
                        + gateways.stream().flatMap(gateway -> gateway.readiness().reasons().stream()).toList());
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** The sets that are open. */
    static List<String> left() {
        return OPEN.stream().map(each -> "gateways with " + each.site.sessions() + " sessions").toList();
    }

    /** Ends them, the site first. */
    @Override
    public void close() {
        OPEN.remove(this);
        gateways.forEach(Gateway::close);
        gateways.clear();
        folder.close();
    }
}
