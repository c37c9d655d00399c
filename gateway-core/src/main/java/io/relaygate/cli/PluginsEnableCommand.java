package io.relaygate.cli;

import io.relaygate.InstalledPlugins;
import io.relaygate.config.ConfigException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code relaygate plugins enable}. */
@Command(
        name = "enable",
        header = "Put a plugin to use that was disabled.",
        description = {
            "Renames JAR.disabled to JAR. With `pluginTrust: lock` it must still be what plugins.lock names."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate plugins enable line",
        })
final class PluginsEnableCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final PluginFolder folder = new PluginFolder();

    @Parameters(paramLabel = "PLUGIN", description = "Its Plugin-Id or file name.")
    private String plugin = "";

    PluginsEnableCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        PluginFolder.Meant meant = folder.find(terminal);
        InstalledPlugins.Jar jar = meant.jar(plugin);
        if (jar.enabled()) {
            terminal.out().println(jar.name() + " is enabled already");
            return Exit.OK;
        }
        meant.jars().enable(jar, true);
        terminal.out().println("enabled " + jar.name());
        terminal.out().println(meant.consequence());
        return Exit.OK;
    }
}
