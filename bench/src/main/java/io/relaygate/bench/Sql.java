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
 * @param words of the command line
 */
record Sql(int rounds, int results, int batches, List<String> words) {

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
              --build          build the distribution first, even if one is there
            """;

    private static final int LOGINS = 100;
    private static final Set<String> OPTIONS = Set.of("--rounds", "--results", "--batches");

    static Sql of(List<String> words) throws Refusal {
        Map<String, String> given = Options.given(words, Set.of(), OPTIONS);
        return new Sql(
                Options.count("--rounds", given.getOrDefault("--rounds", "7")),
                Options.count("--results", given.getOrDefault("--results", "1024")),
                Options.count("--batches", given.getOrDefault("--batches", "10000")),
                words);
    }

    void run(@Nullable Path home, PrintStream out, PrintStream progress) throws IOException, InterruptedException, Refusal {
        if (home == null) {
            throw new Refusal("no distribution is given: start with bench/sql");
        }
        List<Setup> setups = new ArrayList<>(List.of(new Direct()));
        List<Table.Comparison> comparisons = new ArrayList<>();
        Setup tcp = new SqlSet(SqlRoute.TCP, home);
        Setup none = new SqlSet(SqlRoute.NONE, home);
        Setup audit = new SqlSet(SqlRoute.AUDIT, home);
        setups.add(tcp);
        for (Setup tds : List.of(none, new SqlSet(SqlRoute.COUNT, home), audit)) {
            setups.add(tds);
            comparisons.add(new Table.Comparison(tds, tcp));
        }
        comparisons.add(new Table.Comparison(audit, none));
        Results measured = ProcessFiles.during(folder -> measure(setups, folder, progress));
        String machine = ProcessFiles.during(folder -> Machine.describe(setups, folder));
        out.printf("`%s` on %s. Medians of %d rounds; ratios are medians of the ratios of each round, with the least and the most.%n%n%s",
                String.join(" ", Stream.concat(Stream.of("bench/sql"), words.stream()).toList()), machine, rounds,
                new Table(measured, setups, comparisons).markdown());
    }

    /** Starts the server and the setups before it, and has them take turns. */
    Results measure(List<Setup> setups, Path folder, PrintStream progress) throws IOException, InterruptedException {
        List<Workload> workloads = List.of(new SqlLogins(LOGINS), new SqlBatches(batches), new SqlResults(results));
        Certificate certificate = Certificate.make(folder);
        Part server = Part.start("sql-server", folder, List.of("-Xmx256m"), List.of(SqlServer.WORD, certificate.store().toString()));
        try (Child process = server.child()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            return new Turns(setups, workloads, rounds, progress).measure(new Surroundings(folder, process, address, certificate, Link.NONE));
        }
    }
}
