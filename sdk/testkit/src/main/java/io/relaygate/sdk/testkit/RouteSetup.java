package io.relaygate.sdk.testkit;

import io.relaygate.access.identity.PasswordFile;
import io.relaygate.access.identity.PasswordLine;
import io.relaygate.config.ConfigException;
import io.relaygate.config.Problem;
import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What a {@link TestRoute} is to be. Each call changes it and returns it. */
public final class RouteSetup {

    private static final Duration USUAL_PATIENCE = Duration.ofSeconds(10);

    /** Hashing takes long, and tests use the same names and passwords again and again. */
    private static final Map<Map.Entry<String, String>, PasswordLine> HASHED = new ConcurrentHashMap<>();

    private final Protocol<?> protocol;
    private final Set<String> destinations = new LinkedHashSet<>();
    private final Set<String> unreachable = new LinkedHashSet<>();
    private final Set<String> slow = new LinkedHashSet<>();
    private final Map<String, String> users = new LinkedHashMap<>();
    private final Map<String, String> identityProviders = new LinkedHashMap<>();
    private String policy = "open: true";
    private String with = "";
    private @Nullable String to;
    private Duration patience = USUAL_PATIENCE;
    private boolean halfClose = true;

    private RouteSetup(Protocol<?> protocol) {
        this.protocol = protocol;
    }

    static RouteSetup of(Protocol<?> protocol) {
        return new RouteSetup(protocol);
    }

    /** The route's settings as they stand in a configuration below {@code with:}, YAML. */
    public RouteSetup settings(String yaml) {
        with = yaml;
        return this;
    }

    /** The destination that the route names. */
    public RouteSetup to(String destination) {
        to = destination;
        destinations.add(destination);
        return this;
    }

    /** A destination that a connection is long in coming to: dialling it waits until the test says {@link TestRoute#lets}. */
    public RouteSetup slow(String name) {
        destinations.add(name);
        slow.add(name);
        return this;
    }

    /** Destinations that the settings name. */
    public RouteSetup destinations(String... names) {
        destinations.addAll(List.of(names));
        return this;
    }

    /** A destination that no connection leads to: dialling it is refused as UNREACHABLE. */
    public RouteSetup unreachable(String name) {
        destinations.add(name);
        unreachable.add(name);
        return this;
    }

    /** A caller with a password: the route has an identity provider then, and lets in only whom it vouches for. */
    public RouteSetup user(String name, String password) {
        users.put(name, password);
        return this;
    }

    /** Whom the route allows, as it stands below {@code allow:} in one line; everybody if nothing is said. */
    public RouteSetup allow(String yaml) {
        policy = "allow: " + yaml;
        return this;
    }

    /** An identity provider that the route names, as it stands in a configuration in one line; callers with a password have one already. */
    public RouteSetup identityProvider(String name, String yaml) {
        identityProviders.put(name, yaml);
        return this;
    }

    /** How long a call of the test waits at most, in real time; 10 seconds if nothing is said. */
    public RouteSetup patience(Duration longest) {
        patience = longest;
        return this;
    }

    /** No connection can end one direction alone, as with TLS 1.2. */
    public RouteSetup withoutHalfClose() {
        halfClose = false;
        return this;
    }

    /**
     * Opens the route.
     *
     * @throws IllegalArgumentException if the settings are wrong; the message is {@link #problems}, one a line
     */
    public TestRoute open() {
        try {
            return TestRoute.open(this);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(String.join("\n", words(e)), e);
        }
    }

    /** What an operator is told of these settings, {@code routes[test].with.mode: ...}; empty if they are right. */
    public List<String> problems() {
        try (TestRoute _ = TestRoute.open(this)) {
            return List.of();
        } catch (ConfigException e) {
            return words(e);
        }
    }

    private static List<String> words(ConfigException e) {
        return e.problems().stream().map(RouteSetup::words).toList();
    }

    private static String words(Problem problem) {
        return problem.path() + ": " + problem.message();
    }

    Protocol<?> protocol() {
        return protocol;
    }

    @Nullable String to() {
        return to;
    }

    Set<String> unreachable() {
        return unreachable;
    }

    Set<String> slow() {
        return slow;
    }

    Duration patience() {
        return patience;
    }

    boolean halfClose() {
        return halfClose;
    }

    /** Writes it as a configuration of a gateway. */
    Path write(Path folder) throws IOException {
        List<String> yaml = new ArrayList<>(List.of(
                "stateDir: state",
                "entryPoints: { in: { listen: \"127.0.0.1:0\" } }",
                "routes:",
                "  - name: test",
                "    from: in",
                "    " + policy,
                "    protocol: " + protocol.name()));
        if (to != null) {
            yaml.add("    to: " + to);
        }
        Map<String, String> providers = new LinkedHashMap<>(identityProviders);
        if (!users.isEmpty()) {
            writeUsers(folder.resolve("users"));
            providers.put("users", "{ passwords: { file: users } }");
        }
        if (!providers.isEmpty()) {
            yaml.add("    identityProviders: " + providers.keySet());
        }
        if (!with.isBlank()) {
            yaml.add("    with:");
            with.lines().forEach(line -> yaml.add("      " + line));
        }
        if (!providers.isEmpty()) {
            yaml.add("identityProviders:");
            providers.forEach((name, what) -> yaml.add("  " + name + ": " + what));
        }
        if (!destinations.isEmpty()) {
            yaml.add("destinations:");
            destinations.forEach(name -> yaml.add("  " + name + ": { addresses: [\"127.0.0.1:1\"] }"));
        }
        return Files.write(folder.resolve("test.yaml"), yaml);
    }

    private void writeUsers(Path file) throws IOException {
        PasswordFile passwords = PasswordFile.empty();
        for (Map.Entry<String, String> user : users.entrySet()) {
            passwords = passwords.with(HASHED.computeIfAbsent(
                    Map.entry(user.getKey(), user.getValue()),
                    who -> PasswordLine.of(who.getKey(), who.getValue().toCharArray(), Set.of(), PasswordLine.LEAST_ITERATIONS)));
        }
        passwords.write(file);
    }
}
