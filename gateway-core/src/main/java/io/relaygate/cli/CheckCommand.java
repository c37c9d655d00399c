package io.relaygate.cli;

import io.relaygate.GatewayConfig;
import io.relaygate.KeyRights;
import io.relaygate.MemoryUse;
import io.relaygate.Plugins;
import io.relaygate.Preview;
import io.relaygate.RelayUse;
import io.relaygate.config.ConfigException;
import io.relaygate.net.WayOut;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate check}: lists everything that is wrong with a configuration. */
@Command(
        name = "check",
        header = "List everything that is wrong with a configuration.",
        description = {
            "Each problem is one line with its file, line and column, and all of them are listed.",
            "Writes nothing, and opens no connection but for secrets of key vaults. Exits with 0 or 78.",
            "",
            "Of a good configuration it tells how many connections the gateway keeps at its relays, and warns where they are",
            "more than Azure takes, and which proxy is on the way. It also notes where nobody is known, and where a relay could read what it carries, tells",
            "how much memory clients can make it hold, and warns where that is more than `relaygate run` would have on this machine."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate check -c /etc/relaygate/relaygate.yaml && systemctl reload relaygate",
            "  relaygate check -c site.yaml --gateways 3",
        })
final class CheckCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--gateways",
            paramLabel = "N",
            defaultValue = "1",
            description = "Count for so many gateways with this configuration, as the gateways of one site are.")
    private int gateways;

    @Option(names = "--memory", description = "Show for each layer how many it takes, how long, and what each holds.")
    private boolean memory;

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        Path file = config.find(terminal);
        // What a plugin says about itself is told below, once.
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        if (gateways < 1) {
            throw new Failure(Exit.USAGE, "--gateways is 1 or more, not " + gateways);
        }
        Preview preview = Preview.of(file);
        RelayCost cost;
        List<String> notes;
        List<KeyRights.Warning> keys;
        MemoryTable held;
        WayOut out;
        try (Scratch scratch = Scratch.make();
                Plugins plugins = Plugins.load(terminal.plugins(file, preview), preview, scratch.path(), Version.text())) {
            plugins.list().stream()
                    .filter(plugin -> plugin.reason() != null)
                    .map(plugin -> "plugin " + plugin.file() + " cannot be used: " + plugin.reason())
                    .forEach(terminal.err()::println);
            GatewayConfig checked = GatewayConfig.load(file, plugins.protocols(), plugins.dialers());
            notes = checked.notes();
            out = checked.wayOut();
            keys = KeyRights.warnings(checked);
            cost = new RelayCost(RelayUse.of(checked), gateways);
            held = new MemoryTable(MemoryUse.of(checked), Heap.ofRun(terminal.environment()));
        }
        terminal.out().println(file + ": ok");
        if (out.words() != null) {
            terminal.out().println("  what is on the internet is reached through " + out.words());
        }
        cost.lines().forEach(line -> terminal.out().println("  " + line));
        notes.forEach(line -> terminal.out().println("  note: " + line));
        held.print(terminal.out(), memory);
        held.warnings().forEach(line -> terminal.err().println("warning: " + line));
        cost.warnings().forEach(line -> terminal.err().println("warning: " + line));
        keys.forEach(key -> terminal.err().println("warning: " + key));
        return Exit.OK;
    }
}
