package io.relaygate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Our own processes: topology 2 is an edge with the relay in it, and a site; topology 1 is the relay
 * apart, an edge and a site. The TLS certificate is the one that HAProxy shows too.
 *
 * @param name its name on the command line
 * @param title its name in the table
 * @param home the folder of the unpacked distribution
 * @param mode how sessions cross the relay: tunnel, plain, or sealed, which is a tunnel whose carriers are sealed
 * @param relayApart whether the relay is a process of its own
 */
record RelaygateSet(String name, String title, Path home, String mode, boolean relayApart) implements Setup {

    /** Leads the names of setups that run another distribution, to compare with. */
    static final String BASELINE = "baseline-";

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    /** In the options for the JVM, what stands for the name of the process: so that each profiler has its own file. */
    private static final String PROCESS = "{process}";

    /** The setup of that name: {@code tunnel2}, {@code plain1}, {@code baseline-plain2}, ... */
    static RelaygateSet of(String name, Path home) {
        String kind = name.substring(name.startsWith(BASELINE) ? BASELINE.length() : 0);
        String mode = kind.substring(0, kind.length() - 1);
        String title = "%s%s, topology %s".formatted(name.startsWith(BASELINE) ? "baseline, " : "", mode, kind.substring(mode.length()));
        return new RelaygateSet(name, title, home, mode, kind.endsWith("1"));
    }

    /** Sessions of a tunnel share its carriers: what remains is the client, at the edge, and the service, on site. */
    @Override
    public int descriptorsPerSession() {
        return mode.equals("plain") ? 2 : 1;
    }

    @Override
    public ProcessSet start(Surroundings surroundings) throws IOException, InterruptedException {
        Path folder = surroundings.newFolder(name);
        Configurations configurations = mode.equals("sealed")
                ? new Configurations(folder, surroundings, "tunnel", Pins.make(home, folder))
                : new Configurations(folder, surroundings, mode, null);
        List<Child> measured = new ArrayList<>();
        List<Child> owned = new ArrayList<>();
        try {
            InetSocketAddress relay;
            Child edge;
            if (relayApart) {
                Child relayProcess = run("relay", configurations.relay(), folder, owned, measured);
                relay = address(relayProcess, folder.resolve("relay-state"), "relay");
                edge = run("edge", configurations.edge(relay.getPort()), folder, owned, measured);
            } else {
                edge = run("edge", configurations.edgeWithRelay(), folder, owned, measured);
                relay = address(edge, folder.resolve("edge-state"), "relay");
            }
            int link = surroundings.link().to(relay.getPort(), folder, owned);
            Child site = run("site", configurations.site(link), folder, owned, measured);
            InetSocketAddress entry = address(edge, folder.resolve("edge-state"), "in");
            site.await("a path to the sink", START_LIMIT, () -> FirstEcho.through(entry));
            return new ProcessSet(entry, List.copyOf(owned), List.copyOf(measured));
        } catch (IOException | InterruptedException e) {
            owned.reversed().forEach(Child::close);
            throw e;
        }
    }

    private Child run(String role, Path configuration, Path folder, List<Child> owned, List<Child> measured)
            throws IOException {
        String process = name + "-" + role;
        Child child = Child.start(process, folder,
                List.of(home.resolve("bin/relaygate").toString(), "run", "-c", configuration.toString()),
                environment(process));
        owned.add(child);
        measured.add(child);
        return child;
    }

    /** What the JVM of a process is told besides. */
    static Map<String, String> environment(String process) {
        return Map.of("RELAYGATE_JAVA_OPTS", System.getenv().getOrDefault("RELAYGATE_JAVA_OPTS", "").replace(PROCESS, process));
    }

    /** The bound address of {@code entry}, from the file that a process writes when it is ready. */
    static InetSocketAddress address(Child child, Path stateDir, String entry)
            throws IOException, InterruptedException {
        Path file = stateDir.resolve("addresses.json");
        Pattern pattern = Pattern.compile("\"%s\"\\s*:\\s*\"[^\"]*:([0-9]+)\"".formatted(Pattern.quote(entry)));
        int port = child.await("an address of '" + entry + "' in " + file.getFileName(), START_LIMIT, () -> {
            if (!Files.exists(file)) {
                return null;
            }
            Matcher matcher = pattern.matcher(Files.readString(file));
            return matcher.find() ? Integer.parseInt(matcher.group(1)) : null;
        });
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
