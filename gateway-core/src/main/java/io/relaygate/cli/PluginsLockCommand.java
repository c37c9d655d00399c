package io.relaygate.cli;

import io.relaygate.Plugins;
import io.relaygate.config.ConfigException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code relaygate plugins lock}: writes down what each jar is. */
@Command(
        name = "lock",
        header = "Write down the SHA-256 of every plugin jar, in plugins.lock beside them.",
        description = {
            "With `pluginTrust: lock` a gateway loads no other jars than these: one that is dropped in or replaced is refused",
            "until it is locked again. `sha256sum -c plugins.lock` checks the file too. It helps as long as not everybody who",
            "can write the jars can write it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate plugins lock -c /etc/relaygate/relaygate.yaml",
            "  relaygate plugins lock --plugins /opt/relaygate/plugins",
        })
final class PluginsLockCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final PluginFolder folder = new PluginFolder();

    PluginsLockCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, ConfigException {
        Plugins.lock(folder.find(terminal).folder()).forEach((jar, sum) -> terminal.out().println(sum + "  " + jar));
        return Exit.OK;
    }
}
