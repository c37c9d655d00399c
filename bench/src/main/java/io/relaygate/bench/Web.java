package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The command {@code bench/web}: what reading and rewriting requests costs, beside nginx and HAProxy that do the same. */
final class Web {

    /** The word that stands for this command. */
    static final String WORD = "web";

    static final String HELP = """
            usage: bench/web [OPTION...]

            Edge, relay and site of the built distribution, and behind the site's end of the tunnel: nothing but the tcp plugin,
            the http plugin, nginx, and HAProxy, the last three doing the same to each request. They take turns. Needs nginx,
            haproxy and wrk.

              --rounds N       how often each is measured (7)
              --body MIB       how large the bodies are (1024)
              --only WHAT      requests or bodies
              --build          build the distribution first, even if one is there
            """;

    private static final int[] CONNECTIONS = {1, 32, 256};

    private final PrintStream out;
    private final PrintStream progress;
    private final Path home;
    private final int rounds;
    private final long body;
    private final String only;
    private final List<String> words;

    private Web(int rounds, long body, String only, List<String> words, Path home, PrintStream out, PrintStream progress) {
        this.rounds = rounds;
        this.body = body;
        this.only = only;
        this.words = words;
        this.home = home;
        this.out = out;
        this.progress = progress;
    }

    static Web of(List<String> words, @Nullable Path home, PrintStream out, PrintStream progress) throws Refusal {
        int rounds = 7;
        long body = 1024;
        String only = "";
        for (int i = 0; i < words.size(); i += 2) {
            String option = words.get(i);
            String value = i + 1 < words.size() ? words.get(i + 1) : "";
            if (option.equals("--only") && (value.equals("requests") || value.equals("bodies"))) {
                only = value;
                continue;
            }
            if (!value.matches("[1-9][0-9]{0,5}")) {
                throw new Refusal("%s wants a number from 1 to 999999, found '%s'; --help lists the options".formatted(option, value));
            }
            switch (option) {
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--body" -> body = Long.parseLong(value);
                default -> throw new Refusal("there is no option '%s'; --help lists the options".formatted(option));
            }
        }
        return new Web(rounds, body << 20, only, words, Objects.requireNonNull(home, "the distribution"), out, progress);
    }

    void run() throws IOException, InterruptedException, Refusal {
        List<Setup> setups = List.of(
                new WebSet(WebEngine.TCP, home, home), new WebSet(WebEngine.HTTP, home, home),
                new WebSet(WebEngine.NGINX, home, program("nginx")), new WebSet(WebEngine.HAPROXY, home, program("haproxy")));
        List<Workload> workloads = new ArrayList<>();
        Path wrk = program("wrk");
        if (!only.equals("bodies")) {
            for (int connections : CONNECTIONS) {
                workloads.add(new WebRequests(wrk, connections));
            }
        }
        if (!only.equals("requests")) {
            workloads.add(new WebBulk(Direction.UP, body));
            workloads.add(new WebBulk(Direction.DOWN, body));
        }
        String machine = ProcessFiles.during(folder -> Machine.describe(setups, folder));
        Results results = ProcessFiles.during(folder -> measure(setups, workloads, folder));
        out.printf("`%s` on %s. Medians of %d rounds; ratios are medians of the ratios of each round.%n%n%s",
                String.join(" ", Stream.concat(Stream.of("bench/web"), words.stream()).toList()), machine, rounds, Table.ofOne(results, setups, setups.get(1)).markdown());
    }

    private static Path program(String name) throws Refusal {
        return Path.of(Tools.require("nothing", "nginx-light haproxy wrk", name).path(name));
    }

    private Results measure(List<Setup> setups, List<Workload> workloads, Path folder) throws IOException, InterruptedException {
        Part sink = Part.start("web-sink", folder, List.of("-Xmx256m"), List.of(WebSink.WORD));
        try (Child process = sink.child()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), sink.port());
            return new Turns(setups, workloads, rounds, progress)
                    .measure(new Surroundings(folder, process, address, Certificate.make(folder), Link.NONE));
        }
    }
}
