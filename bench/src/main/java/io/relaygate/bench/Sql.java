package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code bench/sql}: what it costs that the tds plugin ends TLS, and that it tells of statements, beside the tcp plugin.
 *
 * @param rounds how many count
 * @param results how large a result is, in MiB
 * @param batches how many of them are one measurement
 * @param only names of workloads; empty for all
 * @param setups names of setups; empty for all
 * @param baseline an unpacked distribution to compare with, null for none
 * @param words of the command line
 */
record Sql(int rounds, int results, int batches, List<String> only, List<String> setups, @Nullable Path baseline, List<String> words) {

    /** The word that stands for this command. */
    static final String WORD = "sql";

    static final String HELP = """
            usage: bench/sql [OPTION...]

            Edge, relay and site of the built distribution between Microsoft's JDBC driver and a server that speaks TDS. The
            site's route is the tcp plugin, with TLS from driver to server, or the tds plugin, which ends TLS and begins it
            again, and tells nothing of statements, counts them, or writes a record of each. They take turns.

              --rounds N       how often each is measured (7)
              --results MIB    how large the results are (1024)
              --batches N      how many small batches (10000)
              --only LIST      workloads, separated by commas: logins, batches, results
              --setups LIST    direct, tcp, none, count, audit; and log, which writes its records there, only if it is named
              --baseline DIR   an unpacked distribution to compare with: setups baseline-tcp, baseline-none, ...
              --build          build the distribution first, even if one is there
            """;

    private static final String DIRECT = "direct";
    private static final int LOGINS = 100;
    private static final Set<String> OPTIONS = Set.of("--rounds", "--results", "--batches", "--only", "--setups", "--baseline");

    static Sql of(List<String> words) throws Refusal {
        Map<String, String> given = Options.given(words, Set.of(), OPTIONS);
        return new Sql(
                Options.count("--rounds", given.getOrDefault("--rounds", "7")),
                Options.count("--results", given.getOrDefault("--results", "1024")),
                Options.count("--batches", given.getOrDefault("--batches", "10000")),
                chosen("--only", given, List.of("logins", "batches", "results")),
                chosen("--setups", given, names(given.containsKey("--baseline"))),
                Options.distribution("--baseline", given.get("--baseline")),
                words);
    }

    private static List<String> chosen(String option, Map<String, String> given, List<String> known) throws Refusal {
        List<String> chosen = Options.list(given.get(option));
        for (String word : chosen) {
            if (!known.contains(word)) {
                throw new Refusal("%s: there is no '%s'; there are %s".formatted(option, word, String.join(", ", known)));
            }
        }
        return chosen;
    }

    private static List<String> names(boolean baseline) {
        List<String> names = new ArrayList<>(List.of(DIRECT));
        for (SqlRoute route : SqlRoute.values()) {
            names.add(route.word());
            if (baseline) {
                names.add(RelaygateSet.BASELINE + route.word());
            }
        }
        return names;
    }

    void run(@Nullable Path home, PrintStream out, PrintStream progress) throws IOException, InterruptedException, Refusal {
        if (home == null) {
            throw new Refusal("no distribution is given: start with bench/sql");
        }
        List<Setup> chosen = new ArrayList<>();
        for (String name : names(baseline != null)) {
            if (setups.isEmpty() ? !name.endsWith(SqlRoute.LOG.word()) : setups.contains(name)) {
                chosen.add(name.equals(DIRECT) ? new Direct() : SqlSet.of(name, name.startsWith(RelaygateSet.BASELINE) && baseline != null ? baseline : home));
            }
        }
        Results measured = ProcessFiles.during(folder -> measure(chosen, folder, progress));
        String machine = ProcessFiles.during(folder -> Machine.describe(chosen, folder));
        out.printf("`%s` on %s. Medians of %d rounds; ratios are medians of the ratios of each round, with the least and the most.%n%n%s",
                String.join(" ", Stream.concat(Stream.of("bench/sql"), words.stream()).toList()), machine, rounds,
                new Table(measured, chosen, comparisons(chosen)).markdown());
    }

    /** Each with the tcp plugin and with its baseline, and a record of each statement with none. */
    private static List<Table.Comparison> comparisons(List<Setup> chosen) {
        List<Table.Comparison> comparisons = new ArrayList<>();
        for (Setup setup : chosen) {
            for (Setup other : chosen) {
                boolean plain = !setup.name().startsWith(RelaygateSet.BASELINE) && !setup.name().equals(DIRECT);
                if (plain && !setup.equals(other) && (other.name().equals(SqlRoute.TCP.word())
                        || other.name().equals(RelaygateSet.BASELINE + setup.name())
                        || (setup.name().equals(SqlRoute.AUDIT.word()) && other.name().equals(SqlRoute.NONE.word())))) {
                    comparisons.add(new Table.Comparison(setup, other));
                }
            }
        }
        return comparisons;
    }

    /** Starts the server and the setups before it, and has them take turns. */
    Results measure(List<Setup> chosen, Path folder, PrintStream progress) throws IOException, InterruptedException {
        List<Workload> workloads = Stream.<Workload>of(new SqlLogins(LOGINS), new SqlBatches(batches), new SqlResults(results))
                .filter(workload -> only.isEmpty() || only.contains(workload.name())).toList();
        Certificate certificate = Certificate.make(folder);
        Part server = Part.start("sql-server", folder, List.of("-Xmx256m"), List.of(SqlServer.WORD, certificate.store().toString()));
        try (Child process = server.child()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            return new Turns(chosen, workloads, rounds, progress).measure(new Surroundings(folder, process, address, certificate, Link.NONE));
        }
    }
}
