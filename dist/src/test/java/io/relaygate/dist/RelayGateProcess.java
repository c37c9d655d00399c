package io.relaygate.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * One process of the product, with a folder of its own for its configuration and its state. The configuration must have
 * {@code admin: {}}, by which the process is asked how it is.
 */
final class RelayGateProcess implements AutoCloseable {

    private static final Pattern ENTRY = Pattern.compile("\"([^\"]+)\"\\s*:\\s*\"([^\"]*)\"");
    private static final Duration READY = Duration.ofSeconds(60);

    private final Path folder;
    private final String command;
    private final Map<String, String> environment;
    private final List<String> more;
    private Child child;

    private RelayGateProcess(Path folder, String command, Map<String, String> environment, List<String> more) {
        this.folder = folder;
        this.command = command;
        this.environment = environment;
        this.more = more;
        this.child = launch();
    }

    /** Starts {@code relaygate COMMAND -c FILE} in a folder, {@linkplain Product#BRIEFLY briefly}; gives it back at once, ready or not. */
    static RelayGateProcess start(Path folder, String command, String yaml) {
        return start(folder, command, yaml, Product.BRIEFLY);
    }

    /** The same as shipped, for what carries a load. */
    static RelayGateProcess asShipped(Path folder, String command, String yaml) {
        return start(folder, command, yaml, Map.of());
    }

    /** The same with these variables of its environment alone. */
    static RelayGateProcess start(Path folder, String command, String yaml, Map<String, String> environment) {
        Folders.write(folder.resolve("relaygate.yaml"), RelayProfile.in(yaml));
        return new RelayGateProcess(folder, command, environment, List.of());
    }

    /** The same with further arguments. */
    static RelayGateProcess start(Path folder, String command, String yaml, List<String> more) {
        Folders.write(folder.resolve("relaygate.yaml"), RelayProfile.in(yaml));
        return new RelayGateProcess(folder, command, Product.BRIEFLY, more);
    }

    /** Starts the ended process again with the same files. */
    void startAgain() {
        if (child.alive()) {
            throw new AssertionError("still running: " + child.told());
        }
        child = launch();
    }

    private Child launch() {
        Folders.delete(addressesFile(folder));
        List<String> arguments = new ArrayList<>(List.of(command, "-c", file(folder).toString()));
        arguments.addAll(more);
        return Child.start(command, folder, environment, Product.command(arguments.toArray(String[]::new)));
    }

    private static Path file(Path folder) {
        return folder.resolve("relaygate.yaml");
    }

    private static Path addressesFile(Path folder) {
        return folder.resolve("relaygate-state/addresses.json");
    }

    Child child() {
        return child;
    }

    Path state() {
        return folder.resolve("relaygate-state");
    }

    Path configuration() {
        return file(folder);
    }

    /** Replaces the configuration file in one step; the process is not told. */
    void configure(String yaml) {
        Path fresh = Folders.write(folder.resolve("relaygate.yaml.new"), RelayProfile.in(yaml));
        try {
            Files.move(
                    fresh,
                    configuration(),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the configuration file, and has it read: what {@code relaygate reload} does, without a process of its own. */
    void reload(String yaml) {
        configure(yaml);
        reload();
    }

    /** Has the configuration file read; the test fails if it is wrong. */
    void reload() {
        Http.Answer answer = Http.post(adminUrl("/reload"), adminToken());
        if (answer.status() != 200) {
            throw new AssertionError("the configuration is not applied: " + answer);
        }
    }

    /** Waits until its ports are open; the test fails if it ends instead. */
    RelayGateProcess bound() {
        await(() -> !addresses().isEmpty());
        return this;
    }

    /** Waits until it says that it is ready; the test fails if it ends instead. */
    RelayGateProcess ready() {
        bound();
        await(() -> admin("/readyz").status() == 200);
        return this;
    }

    private void await(Callable<Boolean> condition) {
        try {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(READY)
                    .failFast("the process ended", () -> !child.alive())
                    .until(condition);
        } catch (RuntimeException e) {
            throw new AssertionError(child.told(), e);
        }
    }

    /** The bound addresses, as host:port, by the names of entry points, and {@code admin}, {@code health}, {@code relay}. */
    Map<String, String> addresses() {
        Map<String, String> addresses = new LinkedHashMap<>();
        Matcher entries = ENTRY.matcher(Folders.text(addressesFile(folder)));
        while (entries.find()) {
            addresses.put(entries.group(1), entries.group(2));
        }
        return addresses;
    }

    String address(String name) {
        String address = addresses().get(name);
        if (address == null) {
            throw new AssertionError("no address '" + name + "' in " + addresses() + ": " + child.told());
        }
        return address;
    }

    int port(String name) {
        String address = address(name);
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    String adminUrl(String path) {
        return "http://" + address("admin") + path;
    }

    /** A page of the admin port, as the holder of the token gets it. */
    Http.Answer admin(String path) {
        return Http.get(adminUrl(path), adminToken());
    }

    private String adminToken() {
        return Folders.text(state().resolve("admin.token")).strip();
    }

    /** All metrics. */
    String metrics() {
        return admin("/metrics").body();
    }

    /** The sum of all series of a metric; 0 if there is none. */
    double metric(String name) {
        return metrics()
                .lines()
                .filter(l -> l.startsWith(name + " ") || l.startsWith(name + "{"))
                .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        child.close();
    }
}
