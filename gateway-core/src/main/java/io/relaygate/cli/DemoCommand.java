package io.relaygate.cli;

import io.relaygate.config.ConfigException;
import io.relaygate.observe.LogEvent;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate demo}: everything at once, on this machine. */
@Command(
        name = "demo",
        header = "See a client reach a service through a relay, on this machine.",
        description = {
            "Start a relay, an edge, a site and two small destinations on free loopback ports, make a round trip to each",
            "through the relay, print what happened hop by hop, and stay until Ctrl-C. Leaves nothing behind."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate demo",
            "  relaygate demo --once       ends after the round trips: 0 if both succeeded",
            "  relaygate demo --load 10    shows what this machine carries in ten seconds",
        })
final class DemoCommand implements Callable<Integer> {

    private static final String LOG = "demo.log";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration MOMENT = Duration.ofMillis(2);

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Option(names = "--once", description = "End after the round trips.")
    private boolean once;

    @Option(
            names = "--load",
            paramLabel = "SECONDS",
            description = "Then keep the way busy for so long, with connections, small round trips and bulk data.")
    private int load;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        if (load < 0) {
            throw new Failure(Exit.USAGE, "--load is 0 or more seconds, not " + load);
        }
        terminal.signals().claim();
        try (Scratch scratch = Scratch.make();
                OutputStream log = Files.newOutputStream(scratch.path().resolve(LOG))) {
            Logging.configure(new LogSettings(LogSettings.Format.JSON, LogSettings.Level.INFO), log, false);
            try {
                return demonstrate(scratch.path());
            } finally {
                Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), terminal.err(), true);
            }
        }
    }

    private int demonstrate(Path folder) throws Failure, IOException, ConfigException {
        PrintStream out = terminal.out();
        Queue<LogEvent> audit = DemoTrip.queue();
        Logging.watch(event -> DemoTrip.collect(event, audit));
        Instant start = Instant.now();
        try (Demo demo = new Demo(terminal, folder, pauses())) {
            out.println("A relay, an edge and a site are up after " + Duration.between(start, Instant.now()).toMillis() + " ms:");
            out.println("  client -> edge " + demo.entryPoint("web") + " -> relay " + demo.relayAddress()
                    + " (TLS) -> site -> web " + demo.page.address());
            out.println("  client -> edge " + demo.entryPoint("echo") + " -> relay " + demo.relayAddress()
                    + " (TLS) -> site -> echo " + demo.echo.address());
            DemoTrip trip = new DemoTrip(demo, audit, pauses());
            boolean page = trip.http(out);
            boolean echo = trip.echo(out);
            Logging.watch(_ -> {});
            out.println();
            out.println(page && echo ? "Both round trips succeeded." : "A round trip failed.");
            boolean well = page && echo && (load == 0 || new DemoLoad(demo).run(Duration.ofSeconds(load), out));
            if (!well) {
                Files.readAllLines(folder.resolve(LOG)).forEach(terminal.err()::println);
            }
            if (!once) {
                stay(demo, folder);
            }
            return well ? Exit.OK : Exit.FAILED;
        }
    }

    private void stay(Demo demo, Path folder) {
        PrintStream out = terminal.out();
        out.println();
        out.println("Try it:");
        out.println("  curl http://" + demo.entryPoint("web") + "/");
        out.println("  nc " + demo.entryPoint("echo").host() + " " + demo.entryPoint("echo").port());
        out.println("Look at it:");
        out.println("  curl -H \"Authorization: Bearer $(cat " + folder.resolve("edge/admin.token") + ")\" http://"
                + demo.edge.addresses().get("admin") + "/metrics");
        out.println("  tail -f " + folder.resolve(LOG));
        out.println("  ls " + folder + "/*/*.yaml");
        out.println("Ctrl-C ends it.");
        out.flush();
        Signals.Event event = terminal.signals().await();
        while (event == Signals.Event.HUP) {
            event = terminal.signals().await();
        }
    }

    /** Pauses until patience is at an end, or somebody wants to end the demo. */
    private BooleanSupplier pauses() {
        Instant end = Instant.now().plus(PATIENCE);
        return () -> Instant.now().isBefore(end) && !terminal.signals().within(MOMENT);
    }
}
