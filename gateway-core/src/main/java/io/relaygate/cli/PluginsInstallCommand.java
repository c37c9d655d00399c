package io.relaygate.cli;

import io.relaygate.JarReport;
import io.relaygate.Plugins;
import io.relaygate.admin.Controls;
import io.relaygate.config.ConfigException;
import io.relaygate.net.WayOut;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relaygate plugins install}. */
@Command(
        name = "install",
        header = "Check a plugin jar and put it into the plugins folder.",
        description = {
            "SOURCE is a jar, a folder with jars, as a build leaves them, or an https:// address. It is checked as by `plugins verify`",
            "first, and nothing is changed if it cannot be used. It takes the place of what has the same Plugin-Id, in one step.",
            "With `pluginTrust: lock` its SHA-256 goes into plugins.lock; with `signed` SOURCE.sig must be beside it, and comes along."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate plugins install target/line-plugin-1.0.0.jar",
            "  relaygate plugins install https://plugins.example.com/line-plugin-1.0.0.jar --sha256 SUM",
        })
final class PluginsInstallCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final PluginFolder folder = new PluginFolder();

    @Option(names = "--sha256", paramLabel = "SUM", description = "What the SHA-256 of the jar must be.")
    private @Nullable String sum;

    @Option(names = "--ca-file", paramLabel = "FILE", description = "The authorities to trust for https; without it, the runtime's.")
    private @Nullable Path caFile;

    @Parameters(paramLabel = "SOURCE", description = "A jar, a folder or an https:// address.")
    private String source = "";

    PluginsInstallCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        PluginFolder.Meant meant = folder.find(terminal);
        try (Scratch scratch = Scratch.make()) {
            List<Path> jars = fetched(Files.createDirectory(scratch.path().resolve("fetched")), meant);
            List<JarReport> reports = new ArrayList<>();
            for (Path jar : jars) {
                reports.add(checked(jar, meant, scratch));
            }
            for (int i = 0; i < jars.size(); i++) {
                install(jars.get(i), reports.get(i), meant);
            }
        }
        terminal.out().println(meant.consequence());
        return Exit.OK;
    }

    private void install(Path jar, JarReport report, PluginFolder.Meant meant) throws IOException {
        String name = jar.getFileName().toString();
        JarReport.Facts facts = Objects.requireNonNull(report.facts());
        List<String> replaced = meant.jars().install(jar, name, facts.id(), report.sha256());
        terminal.out().println("installed " + meant.folder().resolve(name) + ": " + facts.id() + " " + facts.version()
                + (replaced.isEmpty() ? "" : ", in place of " + String.join(", ", replaced)));
        terminal.out().println("  sha256 " + report.sha256() + (meant.preview().locksPlugins() ? ", in plugins.lock" : ""));
    }

    /** Copies of the jars, so that what is checked is what is installed. */
    private List<Path> fetched(Path to, PluginFolder.Meant meant) throws Failure, IOException {
        if (source.contains("://")) {
            return List.of(download(to, meant));
        }
        Path from = terminal.resolve(Path.of(source));
        if (!Files.exists(from)) {
            throw new NoSuchFileException(from.toString());
        }
        List<Path> found = Files.isDirectory(from) ? Plugins.builtIn(from) : List.of(from);
        if (found.isEmpty()) {
            throw new Failure(Exit.FAILED, "no jar in " + from + " is a plugin");
        }
        List<Path> copies = new ArrayList<>();
        for (Path jar : found) {
            copies.add(Files.copy(jar, to.resolve(fileName(jar.getFileName().toString()))));
            Path signature = Plugins.signature(jar);
            if (Files.exists(signature)) {
                Files.copy(signature, to.resolve(signature.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return copies;
    }

    private Path download(Path to, PluginFolder.Meant meant) throws Failure, IOException {
        URI address;
        try {
            address = new URI(source);
        } catch (URISyntaxException e) {
            throw new Failure(Exit.USAGE, source + " is no address: " + e.getReason());
        }
        String path = Objects.requireNonNullElse(address.getPath(), "");
        WayOut out;
        try {
            out = meant.preview().wayOut(terminal.environment());
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.FAILED, String.valueOf(e.getMessage()));
        }
        Path jar = to.resolve(fileName(path.substring(path.lastIndexOf('/') + 1)));
        Download download = new Download(out, caFile == null ? null : terminal.resolve(caFile));
        if (!download.fetch(address, jar)) {
            throw new Failure(Exit.FAILED, source + ": there is nothing (404)");
        }
        download.fetch(address.resolve(address.getRawPath() + ".sig"), Plugins.signature(jar));
        return jar;
    }

    private static String fileName(String name) throws Failure {
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.+-]*\\.jar")) {
            throw new Failure(Exit.FAILED, "the file name '" + name.replaceAll("\\p{Cntrl}", "?")
                    + "' must be letters, digits, '.', '_', '+' or '-', and end with .jar");
        }
        return name;
    }

    private JarReport checked(Path jar, PluginFolder.Meant meant, Scratch scratch) throws Failure, IOException {
        String found = Plugins.sha256(jar);
        if (sum != null && !sum.toLowerCase(Locale.ROOT).equals(found)) {
            throw new Failure(Exit.FAILED, "nothing was changed: the SHA-256 of " + jar.getFileName() + " is " + found + ", and not " + sum);
        }
        JarReport report = Plugins.verify(jar, meant.preview(), scratch.path(), Version.text());
        List<String> problems = new ArrayList<>(report.problems());
        if (report.facts() != null) {
            problems.addAll(inTheWay(report, report.facts(), meant, scratch));
        }
        report.warnings().forEach(line -> terminal.err().println("warning: " + jar.getFileName() + ": " + line));
        if (!problems.isEmpty()) {
            problems.forEach(line -> terminal.err().println("problem: " + jar.getFileName() + ": " + line));
            throw new Failure(Exit.FAILED, "nothing was changed");
        }
        return report;
    }

    /** What other plugins of the folder bring too, and what the configuration needs and the new jar does not bring any more. */
    private static List<String> inTheWay(JarReport report, JarReport.Facts facts, PluginFolder.Meant meant, Scratch scratch)
            throws IOException {
        List<String> problems = new ArrayList<>();
        try (Plugins plugins = Plugins.load(meant.folder(), meant.preview(), scratch.path(), Version.text())) {
            for (Controls.Plugin other : plugins.list()) {
                Set<String> names = new TreeSet<>(other.protocols());
                if (facts.id().equals(other.id())) {
                    names.removeAll(report.protocols().keySet());
                    meant.needs(names).forEach(need -> problems.add("it does not bring what " + other.file() + " brought: " + need));
                } else {
                    names.retainAll(report.protocols().keySet());
                    names.forEach(name -> problems.add("it brings '" + name + "', as does " + other.file() + ": remove that first"));
                }
            }
        }
        return problems;
    }
}
