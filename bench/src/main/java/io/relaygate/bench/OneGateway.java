package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A gateway alone, with a port for clients. */
final class OneGateway {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private OneGateway() {}

    /**
     * Starts it, and returns once something answers.
     *
     * @param home the folder of the unpacked distribution
     * @param folder of the configuration
     * @param answers asks once at its port, whether there is an answer
     */
    static ProcessSet start(Path home, Path folder, Path configuration, Predicate<InetSocketAddress> answers) throws IOException, InterruptedException {
        Child gateway = start(home, "alone", configuration, folder);
        try {
            InetSocketAddress entry = RelaygateSet.address(gateway, folder.resolve("alone-state"), "in");
            gateway.await("an answer", LIMIT, () -> answers.test(entry) ? true : null);
            return new ProcessSet(entry, List.of(gateway), List.of(gateway));
        } catch (IOException | InterruptedException e) {
            gateway.close();
            throw e;
        }
    }

    /** Starts the process of a gateway. */
    static Child start(Path home, String role, Path configuration, Path folder) throws IOException {
        return Child.start(role, folder, List.of(home.resolve("bin/relaygate").toString(), "run", "-c", configuration.toString()),
                RelaygateSet.environment(folder.getFileName() + "-" + role));
    }
}
