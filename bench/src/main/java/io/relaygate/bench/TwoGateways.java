package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** An edge with its relay, and a site behind a tunnel. */
final class TwoGateways {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private TwoGateways() {}

    /**
     * Starts them, and returns once something answers. What the site's end costs counts: the site, and a program behind it.
     *
     * @param home the folder of the unpacked distribution
     * @param folder of {@code configurations}
     * @param route what the site's route has besides its name and who may come, in its configuration
     * @param behind programs that are the site's end too; they end with this set, also if it does not start
     * @param answers asks once at the edge's port, whether there is an answer
     */
    static ProcessSet start(Path home, Path folder, Configurations configurations, String route, List<Child> behind,
            Predicate<InetSocketAddress> answers) throws IOException, InterruptedException {
        List<Child> owned = new ArrayList<>(behind);
        try {
            Child edge = gateway(home, "edge", configurations.edgeWithRelay(), folder, owned);
            int relay = RelaygateSet.address(edge, folder.resolve("edge-state"), "relay").getPort();
            Child site = gateway(home, "site", configurations.site(relay, route), folder, owned);
            List<Child> measured = new ArrayList<>(behind);
            measured.add(site);
            InetSocketAddress entry = RelaygateSet.address(edge, folder.resolve("edge-state"), "in");
            site.await("an answer", LIMIT, () -> answers.test(entry) ? true : null);
            return new ProcessSet(entry, List.copyOf(owned), List.copyOf(measured));
        } catch (IOException | InterruptedException e) {
            owned.reversed().forEach(Child::close);
            throw e;
        }
    }

    private static Child gateway(Path home, String role, Path configuration, Path folder, List<Child> owned) throws IOException {
        Child child = OneGateway.start(home, role, configuration, folder);
        owned.add(child);
        return child;
    }
}
