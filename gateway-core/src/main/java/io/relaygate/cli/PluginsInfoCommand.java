package io.relaygate.cli;

import io.relaygate.InstalledPlugins;
import io.relaygate.JarReport;
import io.relaygate.Plugins;
import io.relaygate.config.ConfigException;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code relaygate plugins info}. */
@Command(
        name = "info",
        header = "Show what a plugin says of itself, and how its settings are written.",
        description = {
            "What it declares of network, files and threads is its author's word. A plugin is trusted code of the gateway's process:",
            "nothing holds it to what it declares. Of a jar that is not in the folder, nothing is run that `plugins verify` would not run."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate plugins info tcp",
            "  relaygate plugins info target/line-plugin-1.0.0.jar",
        })
final class PluginsInfoCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final PluginFolder folder = new PluginFolder();

    @Parameters(paramLabel = "PLUGIN", description = "Its Plugin-Id or file name in the folder, or a jar elsewhere.")
    private String plugin = "";

    PluginsInfoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        PluginFolder.Meant meant = folder.find(terminal);
        Path elsewhere = terminal.resolve(Path.of(plugin));
        boolean named = plugin.endsWith(".jar") && Files.isRegularFile(elsewhere);
        if (named && !isIn(meant.folder(), elsewhere)) {
            return show(elsewhere, "not in the plugins folder", meant);
        }
        InstalledPlugins.Jar jar = meant.jar(named ? elsewhere.getFileName().toString() : plugin);
        return show(jar.file(), jar.enabled() ? state(jar, meant) : "disabled", meant);
    }

    private static boolean isIn(Path folder, Path file) throws IOException {
        return Files.isDirectory(folder) && file.toRealPath().startsWith(folder.toRealPath());
    }

    private int show(Path file, String state, PluginFolder.Meant meant) throws IOException {
        try (Scratch scratch = Scratch.make()) {
            JarReport report = Plugins.verify(file, meant.preview(), scratch.path(), Version.text());
            line("file", file.toString());
            line("state", state);
            line("sha256", report.sha256());
            if (report.facts() != null) {
                report.facts().lines().forEach(this::line);
            }
            report.warnings().forEach(text -> line("warning", text));
            report.problems().forEach(text -> line("problem", text));
            for (Map.Entry<String, List<String>> protocol : report.protocols().entrySet()) {
                terminal.out().println();
                terminal.out().println("with:  # " + (protocol.getKey().startsWith("via ") ? protocol.getKey().replace("via", "via: dialer") : "protocol: " + protocol.getKey()));
                protocol.getValue().forEach(text -> terminal.out().println("  " + text));
            }
            return report.problems().isEmpty() ? Exit.OK : Exit.FAILED;
        }
    }

    private void line(String what, String text) {
        terminal.out().println(what + " ".repeat(Math.max(1, 13 - what.length())) + text);
    }

    private String state(InstalledPlugins.Jar jar, PluginFolder.Meant meant) throws IOException {
        try (Scratch scratch = Scratch.make();
                Plugins plugins = Plugins.load(meant.folder(), meant.preview(), scratch.path(), Version.text())) {
            return plugins.list().stream().filter(each -> each.file().equals(jar.name())).findFirst()
                    .map(each -> each.state().toLowerCase(Locale.ROOT) + (each.reason() == null ? "" : ": " + each.reason()))
                    .orElse("gone");
        }
    }
}
