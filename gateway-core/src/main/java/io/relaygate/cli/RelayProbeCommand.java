package io.relaygate.cli;

import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import io.relaygate.relay.AzureRelay;
import io.relaygate.relay.Conformance;
import io.relaygate.relay.Conformance.Question;
import io.relaygate.relay.Conformance.Report;
import io.relaygate.relay.Conformance.Verdict;
import io.relaygate.relay.ConformanceText;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate relay probe}: asks a relay what it does where no document says it. */
@Command(
        name = "probe",
        header = "Ask a relay, Azure's or another, what it does where no document says it.",
        description = {
            "Sends and listens on one hybrid connection, some thirty times in a few minutes, and notes status, words, headers,",
            "close codes and times beside what the embedded relay does. Give it a hybrid connection of its own: where others",
            "listen, it asks only what reaches nobody. The key must allow to send and to listen."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate relay probe --dry-run",
            "  relaygate relay probe --connection-string-file probe.txt --output probe.md",
        })
final class RelayProbeCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Option(
            names = "-x",
            paramLabel = "CONNECTION_STRING",
            description = "The connection string. Every user of the machine can read a command line: rather name a file or a variable.")
    private @Nullable String given;

    @Mixin
    private final ConnectionStringOptions connectionString = new ConnectionStringOptions();

    @Option(
            names = "--hybrid-connection",
            paramLabel = "PATH",
            description = "The hybrid connection. Default: the connection string's EntityPath.")
    private @Nullable String hybridConnection;

    @Option(names = "--ca-file", paramLabel = "FILE", description = "Certificates of the authorities to trust for this relay, PEM.")
    private @Nullable Path caFile;

    @Option(names = "--output", paramLabel = "FILE", description = "Write all that was seen there: JSON if its name ends with .json, else Markdown.")
    private @Nullable Path output;

    @Option(names = "--long", description = "Also ask what takes minutes, all of it at once: nine minutes more.")
    private boolean minutes;

    @Option(
            names = "--also",
            paramLabel = "NAME",
            description = "Also ask this one of those that take long, by its name in --dry-run; may be repeated. What takes a day is asked only so.")
    private List<String> also = new ArrayList<>();

    @Option(names = "--dry-run", description = "Print what would be asked, and connect to nobody.")
    private boolean dryRun;

    RelayProbeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        if (dryRun) {
            Conformance.plan().forEach(this::print);
            return Exit.OK;
        }
        Set<String> wanted = wanted();
        NamespaceSettings namespace = NamespaceSettings.of(secret(), caFile == null ? null : terminal.resolve(caFile));
        // What is found is told below, once.
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        try (Threads threads = new Threads(0)) {
            Conformance conformance = new Conformance(namespace, path(namespace), WayOut.of(null, terminal.environment()), InstantSource.system(), threads);
            long questions = Conformance.plan().stream().filter(each -> !each.isLong() || wanted.contains(each.name())).count();
            terminal.out().println(questions + " questions, which take up to five minutes" + more(wanted) + "; --dry-run lists them");
            Report report = conformance.run(wanted, each -> terminal.out().println(ConformanceText.line(each)));
            tell(report);
            return Exit.OK;
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private void print(Question question) {
        String whom = switch (question.reaches()) {
            case NOBODY -> "reaches nobody";
            case OURSELVES -> "reaches ourselves";
        };
        String takes = !question.isLong() ? "" : question.isOfADay()
                ? ", takes " + question.takes().toHours() + " hours: --also " + question.name()
                : ", takes up to " + question.takes().toMinutes() + " minutes: --long";
        terminal.out().println("%-17s %s (%s%s); expected: %s".formatted(question.name(), question.asks(), whom, takes, question.expected()));
    }

    private Set<String> wanted() throws Failure {
        Set<String> names = Conformance.plan().stream().filter(Question::isLong).map(Question::name).collect(Collectors.toCollection(TreeSet::new));
        for (String name : also) {
            if (!names.contains(name)) {
                throw new Failure(Exit.USAGE, "--also " + name + ": the questions that take long are " + String.join(", ", names));
            }
        }
        Set<String> wanted = new HashSet<>(also);
        Conformance.plan().stream().filter(each -> minutes && each.isLong() && !each.isOfADay()).map(Question::name).forEach(wanted::add);
        return wanted;
    }

    private static String more(Set<String> wanted) {
        return Conformance.plan().stream().filter(each -> wanted.contains(each.name())).map(Question::takes).max(Comparator.naturalOrder())
                .map(takes -> ", and then " + (takes.toHours() > 1 ? takes.toHours() + " hours" : takes.toMinutes() + " minutes") + " more").orElse("");
    }

    private void tell(Report report) throws IOException {
        terminal.out().println(report.count(Verdict.AS_EXPECTED) + " as expected, " + report.count(Verdict.DIFFERENT) + " different, "
                + report.count(Verdict.NOT_ASKED) + " not asked" + (report.others().isEmpty() ? "" : ": " + report.others()));
        if (output != null) {
            Path file = terminal.resolve(output);
            String text = file.toString().endsWith(".json") ? ConformanceText.json(report) : ConformanceText.markdown(report);
            Files.writeString(file, text, StandardCharsets.UTF_8);
            terminal.out().println("all of it is in " + output);
        }
    }

    private Secret secret() throws Failure {
        if (given == null && !connectionString.given()) {
            throw new Failure(Exit.USAGE, "no connection string: give --connection-string-file FILE, --connection-string-env NAME or -x");
        }
        return given == null ? connectionString.secret(terminal) : new Said(given);
    }

    private String path(NamespaceSettings namespace) throws Failure {
        AzureRelay.check(namespace);
        String only = AzureRelay.onlyFor(namespace);
        String path = hybridConnection == null ? only : hybridConnection;
        if (path == null) {
            throw new Failure(Exit.USAGE, "no hybrid connection: the connection string has no EntityPath; give --hybrid-connection PATH");
        }
        return path;
    }
}
