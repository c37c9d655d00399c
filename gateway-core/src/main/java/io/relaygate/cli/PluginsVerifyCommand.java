package io.relaygate.cli;

import io.relaygate.JarReport;
import io.relaygate.Plugins;
import io.relaygate.Preview;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relaygate plugins verify}. */
@Command(
        name = "verify",
        header = "Check plugin jars, without a gateway and without a network.",
        description = {
            "Reads the manifest, compares the SDK's versions, looks whether everything of the SDK that the classes refer to is there,",
            "whether it carries what the gateway brings, then starts the plugin as a gateway would, makes the schema of its settings,",
            "and reads the examples of them. It runs the plugin's constructor and start(). Exits with 0 or 1."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate plugins verify target/line-plugin-1.0.0.jar",
            "  relaygate plugins verify --strict target/line-plugin-1.0.0.jar",
        })
final class PluginsVerifyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Option(names = "--strict", description = "Count warnings as problems.")
    private boolean strict;

    @Parameters(arity = "1..*", paramLabel = "JAR", description = "What to check.")
    private List<Path> jars = List.of();

    PluginsVerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        int code = Exit.OK;
        for (Path jar : jars) {
            Path file = terminal.resolve(jar);
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            try (Scratch scratch = Scratch.make()) {
                JarReport report = Plugins.verify(file, Preview.NONE, scratch.path(), Version.text());
                print(report, jar, terminal);
                code = report.problems().isEmpty() && (!strict || report.warnings().isEmpty()) ? code : Exit.FAILED;
            }
        }
        return code;
    }

    static void print(JarReport report, Path jar, Terminal terminal) {
        terminal.out().println(jar + (report.problems().isEmpty() ? ": can be used" : ": cannot be used"));
        report.passed().forEach(line -> terminal.out().println("  ok       " + line));
        report.warnings().forEach(line -> terminal.out().println("  warning  " + line));
        report.problems().forEach(line -> terminal.out().println("  problem  " + line));
    }
}
