package io.relaygate.cli;

import io.relaygate.Bridge;
import io.relaygate.Bridge.Local;
import io.relaygate.Bridge.Plan;
import io.relaygate.Bridge.Target;
import io.relaygate.Forwarder;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.LogSettings.Level;
import io.relaygate.net.WayOut;
import io.relaygate.observe.Logging;
import io.relaygate.relay.NamespaceSettings;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate bridge}: azbridge's command line, for TCP and Unix sockets. */
@Command(
        name = "bridge",
        header = "Do what azbridge does, with its options.",
        description = {
            "Takes the place of azbridge (Azure/azure-relay-bridge) at either end, or at both, without a configuration: what",
            "is at the other end stays as it is. Serves until SIGINT or SIGTERM. TCP and Unix sockets only."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate bridge -T 'site-oslo:sql/sql01:1433;ssh/22'",
            "  relaygate bridge -L '127.0.0.1:1433/sql;2222/ssh:site-oslo'",
        })
final class BridgeCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeCommand.class);

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Option(
            names = "-L",
            paramLabel = "FORWARD",
            description = "[ADDRESS:]PORT[/NAME]{;...}:RELAY, or SOCKET[/NAME]: listen there for the logical port NAME of the hybrid connection RELAY; "
                    + "NAME is the number of the port if left out. May be given several times.")
    private List<String> locals = List.of();

    @Option(
            names = "-T",
            paramLabel = "TARGET",
            description = "RELAY:[NAME/][HOST:]PORT{;...}, or [NAME/]SOCKET: connect the logical port NAME of the hybrid connection RELAY to it. "
                    + "May be given several times.")
    private List<String> targets = List.of();

    @Mixin
    private final BridgeCredential credential = new BridgeCredential();

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "Certificates of the authorities to trust for a relay of one's own, PEM.")
    private @Nullable Path caFile;

    @Option(names = "-b", paramLabel = "ADDRESS", description = "Where ports of -L listen that name no address. Default: 127.0.0.1.")
    private @Nullable String bind;

    @Option(names = "-g", description = "They listen on all addresses: whoever reaches them is let through.")
    private boolean gatewayPorts;

    @Option(names = "-a", paramLabel = "SECONDS", description = "Is taken and means nothing: connections are kept alive as it is.")
    @Nullable Integer keepAlive;

    @Option(names = "-l", paramLabel = "FILE", description = "Append the log to this file, in place of standard error.")
    private @Nullable Path logFile;

    @Option(names = "-q", description = "Log nothing.")
    private boolean quiet;

    @Option(names = "-v", description = "Log everything.")
    private boolean verbose;

    @Mixin
    private final BridgeRefusals refusals = new BridgeRefusals();

    BridgeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        refusals.check();
        Plan plan = plan();
        try (OutputStream log = log()) {
            return serve(plan, log);
        }
    }

    private OutputStream log() throws IOException {
        if (quiet) {
            return OutputStream.nullOutputStream();
        }
        return logFile == null
                ? new Unclosed(terminal.err())
                : Files.newOutputStream(terminal.resolve(logFile), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private int serve(Plan plan, OutputStream log) throws IOException {
        Level level = quiet ? Level.ERROR : verbose ? Level.DEBUG : Level.INFO;
        Logging.configure(new LogSettings(LogSettings.Format.AUTO, level), log, logFile == null && terminal.attended());
        terminal.signals().claim();
        try (Bridge bridge = new Bridge(plan)) {
            plan.locals().forEach(BridgeCommand::warn);
            List<String> lines = bridge.open();
            terminal.out().println("relaygate is ready: " + String.join("; ", lines));
            terminal.out().flush();
            return new UntilStopped(terminal).drained(bridge::drain);
        } finally {
            Logging.configure(new LogSettings(LogSettings.Format.AUTO, Level.WARN), terminal.err(), terminal.attended());
        }
    }

    private static void warn(Local local) {
        try {
            Forwarder.requireOwn(local.listen());
        } catch (IllegalArgumentException e) {
            LOG.atWarn().addKeyValue("address", local.listen()).log("whoever reaches this address is let through to {}/{}", local.hybridConnection(), local.port());
        }
    }

    private Plan plan() throws Failure {
        if (locals.isEmpty() && targets.isEmpty()) {
            throw new Failure(Exit.USAGE, "nothing to do: give -L, -T or both");
        }
        BridgeForwards forwards = new BridgeForwards(terminal.folder(), host());
        List<Local> from = new ArrayList<>();
        for (String each : locals) {
            from.addAll(forwards.locals(each));
        }
        List<Target> to = new ArrayList<>();
        for (String each : targets) {
            to.addAll(forwards.targets(each));
        }
        Path trusted = caFile == null ? null : terminal.resolve(caFile);
        NamespaceSettings namespace = NamespaceSettings.of(credential.secret(terminal.environment()), trusted);
        try {
            return new Plan(namespace, WayOut.of(null, terminal.environment()), from, to);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private String host() {
        if (bind == null) {
            return gatewayPorts ? "0.0.0.0" : "127.0.0.1";
        }
        return bind.indexOf(':') >= 0 && !bind.startsWith("[") ? "[" + bind + "]" : bind;
    }

    /** Standard error, which is the process' own. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream under) {
            super(under);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
