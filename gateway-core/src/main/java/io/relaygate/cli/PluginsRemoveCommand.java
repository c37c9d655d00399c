package io.relaygate.cli;

import io.relaygate.InstalledPlugins;
import io.relaygate.config.ConfigException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code relaygate plugins remove}. */
@Command(
        name = "remove",
        header = "Delete a plugin jar.",
        description = {
            "Its signature and its line in plugins.lock go too. A gateway that runs closes the plugin when the last session that uses it",
            "is over. Not done while the configuration needs it, unless --force is given: a gateway would not start without it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate plugins remove line",
            "  relaygate plugins remove line-plugin-1.0.0.jar --force",
        })
final class PluginsRemoveCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final PluginFolder folder = new PluginFolder();

    @Mixin
    private final Needed needed = new Needed();

    @Parameters(paramLabel = "PLUGIN", description = "Its Plugin-Id or file name.")
    private String plugin = "";

    PluginsRemoveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        PluginFolder.Meant meant = folder.find(terminal);
        InstalledPlugins.Jar jar = meant.jar(plugin);
        needed.require(meant, jar, terminal);
        meant.jars().remove(jar);
        terminal.out().println("removed " + jar.file());
        terminal.out().println(meant.consequence());
        return Exit.OK;
    }
}
