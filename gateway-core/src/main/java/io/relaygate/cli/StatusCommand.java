package io.relaygate.cli;

import io.relaygate.admin.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code relaygate status}: which sites the running gateway reaches, over what, and why not. */
@Command(
        name = "status",
        header = "Show which sites the running gateway reaches, over which relay, and why not.",
        description = {
            "Shows what the gateway knows: it dials nobody for it. A site that nobody has asked for is not tried.",
            "",
            "up          a lane of the tunnel is carried over this namespace now",
            "reached     the last attempt was successful",
            "NO_RELAY    the namespace cannot be reached, or refuses the credential",
            "NO_SITE     the namespace works, and nobody listens there for the site",
            "BUSY        somebody listens and takes no more",
            "MALFORMED   the site is not in the same mode"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate status -c /etc/relaygate/relaygate.yaml",
            "  relaygate status --state-dir /var/lib/relaygate oslo",
        })
final class StatusCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final Running running = new Running();

    @Parameters(arity = "0..1", paramLabel = "SITE", description = "Show this site alone.")
    private @Nullable String site;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        Status status = running.find(terminal).status(LIMIT);
        if (site != null && status.sites().stream().noneMatch(each -> each.site().equals(site))) {
            throw new Failure(Exit.FAILED, "the gateway has no site '" + site + "'");
        }
        List<Columns> tables = new ArrayList<>(List.of(sites(status), lanes(status)));
        if (site == null) {
            tables.add(1, hybridConnections(status));
        }
        tables.removeIf(table -> table.size() == 0);
        if (tables.isEmpty()) {
            terminal.out().println("the gateway has no sites, and listens on no hybrid connection");
        }
        for (int i = 0; i < tables.size(); i++) {
            if (i > 0) {
                terminal.out().println();
            }
            tables.get(i).print(terminal.out());
        }
        return Exit.OK;
    }

    private Columns sites(Status status) {
        Columns table = new Columns("SITE", "MODE", "NAMESPACE", "STATE", "LANES", "SESSIONS", "TRIED", "WHY NOT");
        for (Status.Site each : status.sites()) {
            if (site == null || site.equals(each.site())) {
                boolean tunnel = each.mode().equals("tunnel");
                table.row(each.site(), each.mode(), each.namespace(), each.state(),
                        tunnel ? Long.toString(each.lanes()) : "", tunnel ? Long.toString(each.sessions()) : "",
                        each.ago() < 0 ? "" : time(each.ago()) + " ago", each.detail());
            }
        }
        return table;
    }

    private static Columns hybridConnections(Status status) {
        Columns table = new Columns("ENTRY POINT", "MODE", "HYBRID CONNECTION", "CONTROL CHANNELS", "STATE");
        for (Status.HybridConnection each : status.hybridConnections()) {
            table.row(each.entryPoint(), each.mode(), each.namespace() + "/" + each.path(),
                    each.connected() + " of " + each.wanted(), each.state());
        }
        return table;
    }

    private Columns lanes(Status status) {
        Columns table = new Columns("LANE", "RELAY", "STATE", "FOR", "ROUND TRIP", "SESSIONS", "RETAINED", "RESUMED", "PROCESS", "WHY NOT");
        for (Status.Lane each : status.lanes()) {
            if (site == null || (each.end().equals("edge") && site.equals(each.peer()))) {
                boolean edge = each.end().equals("edge");
                table.row((edge ? "to " : "from ") + each.peer() + " " + each.lane(), each.relay(),
                        each.up() ? "up" : "down", time(each.since()), millis(each.roundTripMicros()),
                        Long.toString(each.sessions()), bytes(each.retainedBytes()), Long.toString(each.resumptions()),
                        each.process(), each.trouble());
            }
        }
        return table;
    }

    /** Milliseconds as people say them. */
    static String time(long millis) {
        long seconds = millis / 1000;
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 2 * 3600 ? seconds / 60 + " minutes" : seconds / 3600 + " hours";
    }

    /** Microseconds as milliseconds; nothing for less than none. */
    static String millis(long micros) {
        return micros < 0 ? "" : String.format(Locale.ROOT, "%.2f ms", micros / 1000.0);
    }

    /** Bytes in the unit that leaves few digits. */
    static String bytes(long bytes) {
        if (bytes < 10_000) {
            return bytes + " B";
        }
        return bytes < 10L << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
    }
}
