package io.relaygate.cli;

import io.relaygate.admin.BenchReport;
import io.relaygate.admin.BenchRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relaygate bench}: how long the way to a service takes, where the time goes, and how much goes over it. */
@Command(
        name = "bench",
        header = "Measure the way of sessions to a service: how long each part takes, and how much goes over it.",
        description = {
            "The running gateway measures, from here to the service and back. To the service itself it connects a few times",
            "and sends nothing. Bytes are moved to and from another service of the site, which must be one of the protocol",
            "`measure`: it says so first, and to any other nothing is sent. The way from clients to this gateway is not",
            "measured."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate bench -c edge.yaml oslo/orders",
            "  relaygate bench --state-dir /var/lib/relaygate --seconds 10 --mebibytes 1024 oslo/orders",
        })
final class BenchCommand implements Callable<Integer> {

    private static final int MEBIBYTE = 1 << 20;

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final Running running = new Running();

    @Option(
            names = "--openings",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often to connect to the service, 1 to 20; ${DEFAULT-VALUE} if left out. Some servers lock out"
                    + " whoever connects and says nothing too often.")
    private int openings;

    @Option(
            names = "--measure",
            paramLabel = "SERVICE",
            defaultValue = "measure",
            description = "The service of the site to move bytes to and from; ${DEFAULT-VALUE} if left out.")
    private String measuring = "measure";

    @Option(
            names = "--mebibytes",
            paramLabel = "N",
            defaultValue = "64",
            description = "How much to move each way at the most, 1 to 1024; ${DEFAULT-VALUE} if left out.")
    private long mebibytes;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "For how long each way at the most, 1 to 60; ${DEFAULT-VALUE} if left out.")
    private int seconds;

    @Parameters(paramLabel = "SITE/SERVICE", description = "The service whose way is measured.")
    private String destination = "";

    BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        BenchRequest request;
        try {
            request = new BenchRequest(destination, measuring, openings, mebibytes * MEBIBYTE, seconds);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, String.valueOf(e.getMessage()));
        }
        // What it may take at the worst: every opening, the first bytes, and three connections to move bytes over.
        Duration limit = Duration.ofSeconds(21L * (openings + 4) + 4L * seconds + 60);
        BenchReport report = running.find(terminal).bench(request, limit);
        terminal.out().println(report.destination() + ", " + report.mode() + " over " + report.relay());
        terminal.out().println();
        times(report).print(terminal.out());
        if (!report.rates().isEmpty()) {
            terminal.out().println();
            rates(report).print(terminal.out());
        }
        report.notes().forEach(terminal.out()::println);
        return Exit.OK;
    }

    private static Columns times(BenchReport report) {
        Columns table = new Columns("TIME", "MEDIAN", "LEAST", "MOST", "OF");
        for (BenchReport.Time each : report.times()) {
            table.row(each.what(), StatusCommand.millis(each.median()), StatusCommand.millis(each.least()),
                    StatusCommand.millis(each.most()), Long.toString(each.count()));
        }
        return table;
    }

    private static Columns rates(BenchReport report) {
        boolean tunnel = report.mode().equals("tunnel");
        Columns table = new Columns("THROUGHPUT", "SPEED", "MOVED", "IN", "WAITED HERE FOR CREDIT", "FOR ROOM");
        for (BenchReport.Rate each : report.rates()) {
            double perSecond = each.bytes() / (double) MEBIBYTE / Math.max(1e-6, each.micros() / 1e6);
            table.row(each.direction(), String.format(Locale.ROOT, "%.1f MiB/s", perSecond),
                    StatusCommand.bytes(each.bytes()), StatusCommand.millis(each.micros()),
                    tunnel ? StatusCommand.millis(each.credit()) : "", tunnel ? StatusCommand.millis(each.room()) : "");
        }
        return table;
    }
}
