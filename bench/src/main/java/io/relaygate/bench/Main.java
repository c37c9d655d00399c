package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The command behind {@code bench/run}, {@code bench/survive}, {@code bench/web}, {@code bench/sql} and {@code bench/ssh}. Exit codes: 0 done, 1 a measurement failed, 2 not run as asked. */
public final class Main {

    /** The one argument of the process that is the sink. */
    static final String SINK = "sink";

    /** The first argument of a process that is a link. */
    static final String LINK = "link";

    private final PrintStream out;
    private final PrintStream progress;

    private Main(PrintStream out, PrintStream progress) {
        this.out = out;
        this.progress = progress;
    }

    /** Starts here; {@code bench/run} names the unpacked distribution and the document by system properties. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> words = List.of(arguments);
        if (words.equals(List.of(SINK))) {
            Sink.run(System.out);
        } else if (words.equals(List.of(WebSink.WORD))) {
            WebSink.run(System.out);
        } else if (!words.isEmpty() && words.getFirst().equals(SqlServer.WORD)) {
            SqlServer.run(Path.of(words.get(1)), System.out);
        } else if (!words.isEmpty() && words.getFirst().equals(LINK)) {
            LinkEnd.run(words.subList(1, words.size()), System.out);
        } else {
            System.exit(new Main(System.out, System.err).run(words));
        }
    }

    private int run(List<String> words) throws InterruptedException {
        boolean survival = !words.isEmpty() && words.getFirst().equals(Survival.WORD);
        boolean web = !words.isEmpty() && words.getFirst().equals(Web.WORD);
        boolean sql = !words.isEmpty() && words.getFirst().equals(Sql.WORD);
        boolean ssh = !words.isEmpty() && words.getFirst().equals(Ssh.WORD);
        if (words.contains("--help")) {
            out.print(survival ? SurvivalOptions.HELP : web ? Web.HELP : sql ? Sql.HELP : ssh ? Ssh.HELP : Options.HELP);
            return 0;
        }
        // Whatever ends this program must not leave the processes of the setups behind.
        Runtime.getRuntime().addShutdownHook(new Thread(
                () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy), "end of processes"));
        try {
            if (survival) {
                SurvivalOptions options = SurvivalOptions.parse(words.subList(1, words.size()));
                return new Survival(options, property("relaygate.bench.home"), out, progress).run() ? 0 : 1;
            }
            if (web) {
                Web.of(words.subList(1, words.size()), property("relaygate.bench.home"), out, progress).run();
                return 0;
            }
            if (sql) {
                Sql.of(words.subList(1, words.size())).run(property("relaygate.bench.home"), out, progress);
                return 0;
            }
            if (ssh) {
                Ssh.of(words.subList(1, words.size())).run(property("relaygate.bench.home"), out, progress);
                return 0;
            }
            Options options = Options.parse(words, Path.of(System.getProperty("relaygate.bench.document", "performance.md")));
            if (options.write() != null) {
                Document.check(options.write());
            }
            measure(options, Choice.of(options, property("relaygate.bench.home")), words);
            return 0;
        } catch (Refusal e) {
            progress.println("bench: " + e.getMessage());
            return 2;
        } catch (IOException e) {
            progress.println("bench: " + e.getMessage());
            return 1;
        }
    }

    private void measure(Options options, Choice choice, List<String> words)
            throws IOException, InterruptedException, Refusal {
        String machine = ProcessFiles.during(folder -> Machine.describe(choice.setups(), folder));
        progress.println(machine);
        Outcome outcome = ProcessFiles.during(folder -> Benchmark.run(choice, options, folder, progress));
        String content = """
                `%s` on %s. Medians of %d rounds with windows of %s s, of %d for idle memory and over links; ratios are \
                medians of the ratios of each round, with the least and the most.

                """.formatted(
                        String.join(" ", Stream.concat(Stream.of("bench/run"), words.stream()).toList()),
                        machine, options.rounds(), Metric.show(options.window().toMillis() / 1e3, 1), options.slowRounds())
                + tables(outcome, choice);
        out.print(content);
        if (options.write() != null) {
            Document.write(options.write(), content);
        }
    }

    private static String tables(Outcome outcome, Choice choice) {
        List<String> tables = new ArrayList<>();
        if (!outcome.local().metrics().isEmpty()) {
            tables.add(new Table(outcome.local(), choice.setups()).markdown());
        }
        if (!outcome.links().metrics().isEmpty()) {
            tables.add("Over a link between the two sides, by its round trip and its rate:\n\n"
                    + new Table(outcome.links(), choice.linkSetups()).markdown());
        }
        return String.join("\n", tables);
    }

    private static @Nullable Path property(String name) {
        String value = System.getProperty(name);
        return value == null ? null : Path.of(value);
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
