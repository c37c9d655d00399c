package io.relaygate.cli;

import io.relaygate.GatewayConfig;
import io.relaygate.Plugins;
import io.relaygate.Preview;
import io.relaygate.config.ConfigException;
import io.relaygate.config.Problem;
import io.relaygate.doctor.Doctor;
import io.relaygate.doctor.Finding;
import io.relaygate.net.Threads;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate doctor}: looks from this machine at everything that a gateway would need, and says what to do. */
@Command(
        name = "doctor",
        header = "See from here whether everything is there that the gateway needs, and what to do where it is not.",
        description = {
            "Looks at the configuration, files and disks, the limit of open files, names, TLS and clock of every",
            "relay, what its keys let us do there, who listens, and every destination. Serves nothing, and disturbs",
            "neither sites nor sessions. Run it as the gateway's user, where the gateway runs; that may run meanwhile.",
            "",
            "Each line is ok, skip (not looked at), warn or FAIL, and the last two say what to do. Exits with 0 if",
            "nothing failed, else with 1."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate doctor -c /etc/relaygate/relaygate.yaml",
            "  relaygate doctor -c site.yaml --listen",
        })
final class DoctorCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--listen",
            description = "Also listen on every hybrid connection for a moment, to see which keys allow it. A sender that comes just then "
                    + "fails, and a listener more is there, of the 25 that Azure takes.")
    private boolean listen;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        Path file = config.find(terminal);
        // What is found is told below, once.
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        List<Finding> found = new ArrayList<>();
        try (Threads threads = new Threads(0)) {
            Doctor doctor = new Doctor(InstantSource.system(), listen, threads);
            Preview preview = Preview.of(file);
            try {
                found.addAll(examine(doctor, file, preview));
            } catch (ConfigException e) {
                e.problems().forEach(problem -> found.add(wrong(problem)));
                found.addAll(doctor.machine(preview.stateDir()));
            }
        }
        found.forEach(terminal.out()::println);
        long failed = count(found, Finding.Level.FAIL);
        terminal.out().println(failed + " failed, " + count(found, Finding.Level.WARN) + " to be looked at, "
                + count(found, Finding.Level.OK) + " as they should be");
        return failed == 0 ? Exit.OK : Exit.FAILED;
    }

    private List<Finding> examine(Doctor doctor, Path file, Preview preview) throws ConfigException, IOException {
        List<Finding> found = new ArrayList<>();
        try (Scratch scratch = Scratch.make();
                Plugins plugins = Plugins.load(terminal.plugins(file, preview), preview, scratch.path(), Version.text())) {
            plugins.list().stream()
                    .filter(plugin -> plugin.reason() != null)
                    .map(plugin -> Finding.warn("plugin " + plugin.file(), String.valueOf(plugin.reason()), "replace the jar, or take it away"))
                    .forEach(found::add);
            GatewayConfig loaded = GatewayConfig.load(file, plugins.protocols(), plugins.dialers());
            found.add(Finding.ok("configuration", file + " has no mistake"));
            found.addAll(doctor.examine(loaded));
        }
        return found;
    }

    /** What is wrong, and how it is to be, stand in one sentence. */
    private static Finding wrong(Problem problem) {
        String where = problem.file() + ":" + problem.line() + ":" + problem.column();
        String message = problem.message();
        int advice = message.indexOf("; ");
        return Finding.fail(where, (problem.path().isEmpty() ? "" : problem.path() + ": ") + (advice < 0 ? message : message.substring(0, advice)),
                advice < 0 ? "correct it" : message.substring(advice + 2));
    }

    private static long count(List<Finding> found, Finding.Level level) {
        return found.stream().filter(each -> each.level() == level).count();
    }
}
