package io.relaygate.cli;

import io.relaygate.InstalledPlugins;
import io.relaygate.config.ConfigException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code relaygate plugins disable}. */
@Command(
        name = "disable",
        header = "Put a plugin out of use, and keep its jar.",
        description = {
            "Renames the jar to JAR.disabled, which no gateway loads. A gateway that runs closes the plugin when the last session that",
            "uses it is over. Not done while the configuration needs it, unless --force is given: a gateway would not start without it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate plugins disable line",
        })
final class PluginsDisableCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final PluginFolder folder = new PluginFolder();

    @Mixin
    private final Needed needed = new Needed();

    @Parameters(paramLabel = "PLUGIN", description = "Its Plugin-Id or file name.")
    private String plugin = "";

    PluginsDisableCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        PluginFolder.Meant meant = folder.find(terminal);
        InstalledPlugins.Jar jar = meant.jar(plugin);
        if (!jar.enabled()) {
            terminal.out().println(jar.name() + " is disabled already");
            return Exit.OK;
        }
        needed.require(meant, jar, terminal);
        meant.jars().enable(jar, false);
        terminal.out().println("disabled " + jar.name() + ": it is " + jar.name() + ".disabled now");
        terminal.out().println(meant.consequence());
        return Exit.OK;
    }
}
