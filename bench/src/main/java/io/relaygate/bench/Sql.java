package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    void run(@Nullable Path built, PrintStream out, PrintStream progress) throws IOException, InterruptedException {
        Path home = Objects.requireNonNull(built, "the distribution");
        Path folder = Files.createTempDirectory("relaygate-bench-");
        Certificate certificate = Certificate.make(folder);
        List<Setup> setups = Arrays.stream(SqlRoute.values()).<Setup>map(route -> new SqlSet(route, home)).toList();
        Table table;
        Part server = Part.start("sql-server", folder, List.of("-Xmx256m"), List.of(SqlServer.WORD, certificate.store().toString()));
        try (Child process = server.child()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            Surroundings surroundings = new Surroundings(folder, process, address, certificate, Link.NONE);
            table = measure(setups, surroundings, progress);
        } catch (IOException e) {
            throw new IOException("%s%nThe files of the processes are kept in %s".formatted(e.getMessage(), folder), e);
        }
        String machine = Machine.describe(setups, folder);
        Main.delete(folder);
        out.printf("`%s` on %s. Medians of %d rounds; ratios are medians of the ratios of each round, with the least and the most.%n%n%s",
                String.join(" ", Stream.concat(Stream.of("bench/sql"), words.stream()).toList()), machine, rounds, table.markdown());
    }

    /** The server alone stands beside the others, with its own CPU. */
    private Table measure(List<Setup> setups, Surroundings surroundings, PrintStream progress) throws IOException, InterruptedException {
        List<Workload> workloads = List.of(new SqlLogins(LOGINS), new SqlBatches(batches), new SqlResults(results));
        List<Setup> all = new ArrayList<>(List.of(new Direct()));
        all.addAll(setups);
        Results measured = new Turns(all, workloads, rounds, progress).measure(surroundings);
        Setup tcp = setups.getFirst();
        List<Table.Comparison> comparisons = new ArrayList<>();
        setups.subList(1, setups.size()).forEach(tds -> comparisons.add(new Table.Comparison(tds, tcp)));
        comparisons.add(new Table.Comparison(setups.getLast(), setups.get(1)));
        return new Table(measured, all, comparisons);
    }
}
