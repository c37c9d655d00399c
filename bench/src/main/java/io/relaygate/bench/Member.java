package io.relaygate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One process of the distribution, which can be hit and started again with the same files. One thread at a time. */
final class Member implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final String name;
    private final Path home;
    private final Path folder;
    private final Path state;
    private final Path addresses;
    private final Path configuration;
    private Child child;

    private Member(String name, Path home, Path folder) throws IOException {
        this.name = name;
        this.home = home;
        this.folder = folder;
        this.configuration = folder.resolve(name + ".yaml");
        this.state = folder.resolve(name + "-state");
        this.addresses = state.resolve("addresses.json");
        this.child = launch();
    }

    /** Starts {@code relaygate run} in a folder that holds {@code name}.yaml; its state goes to {@code name}-state. */
    static Member start(String name, Path home, Path folder, String yaml) throws IOException {
        configure(folder.resolve(name + ".yaml"), folder.resolve(name + "-state"), yaml);
        return new Member(name, home, folder);
    }

    private static void configure(Path file, Path state, String yaml) throws IOException {
        Files.writeString(file, "stateDir: \"%s\"%n".formatted(state) + yaml);
    }

    /** What the next start reads. */
    void configure(String yaml) throws IOException {
        configure(configuration, state, yaml);
    }

    private Child launch() throws IOException {
        Files.deleteIfExists(addresses);
        return Child.start(name, folder,
                List.of(home.resolve("bin/relaygate").toString(), "run", "-c", configuration.toString()),
                Map.of("RELAYGATE_JAVA_OPTS", System.getenv().getOrDefault("RELAYGATE_JAVA_OPTS", "").replace("{process}", name)));
    }

    String name() {
        return name;
    }

    Child child() {
        return child;
    }

    /** Starts it again; returns when its ports are open. */
    void startAgain() throws IOException, InterruptedException {
        child = launch();
        awaitBound();
    }

    void awaitBound() throws IOException, InterruptedException {
        child.await("ports", START_LIMIT, () -> Files.exists(addresses) ? addresses : null);
    }

    /** The bound address of an entry point, of {@code relay} or of {@code admin}. */
    InetSocketAddress address(String entry) throws IOException, InterruptedException {
        Pattern pattern = Pattern.compile("\"%s\"\\s*:\\s*\"[^\"]*:([0-9]+)\"".formatted(Pattern.quote(entry)));
        int port = child.await("an address of '" + entry + "'", START_LIMIT, () -> {
            if (!Files.exists(addresses)) {
                return null;
            }
            Matcher matcher = pattern.matcher(Files.readString(addresses));
            return matcher.find() ? Integer.parseInt(matcher.group(1)) : null;
        });
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    Counters counters() throws IOException, InterruptedException {
        return Counters.of(address("admin"), addresses.resolveSibling("admin.token"));
    }

    @Override
    public void close() {
        child.close();
    }
}
