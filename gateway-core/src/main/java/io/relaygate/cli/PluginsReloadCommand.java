package io.relaygate.cli;

import io.relaygate.admin.Controls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code relaygate plugins reload}: has the running gateway take up the jars as they are now. */
@Command(
        name = "reload",
        header = "Have the running gateway take up the plugin jars as they are now.",
        description = {
            "The gateway does so by itself where its configuration does not say `watchPlugins: false`. Open sessions finish with",
            "what they began with, new ones get the new. The configuration is read again too, and nothing is changed if it",
            "does not fit the plugins (78). A jar that cannot be used leaves what it was to replace in use: `kept` (1)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate plugins reload -c /etc/relaygate/relaygate.yaml",
            "  relaygate plugins reload --state-dir /var/lib/relaygate",
        })
final class PluginsReloadCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final Running running = new Running();

    PluginsReloadCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        List<Controls.Plugin> plugins = running.reload(terminal).plugins(LIMIT);
        PluginTable.print(plugins, terminal.out());
        return plugins.stream().anyMatch(plugin -> plugin.state().equals("KEPT")) ? Exit.FAILED : Exit.OK;
    }
}
