package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The command behind {@code bench/survive}: hits relays under running sessions, and tells what the sessions noticed. */
final class Survival {

    /** The word of the command line that asks for it. */
    static final String WORD = "survive";

    private static final String LOAD = "load";

    private final SurvivalOptions options;
    private final Path home;
    private final PrintStream out;
    private final PrintStream progress;
    private final Complaints complaints = new Complaints();
    private boolean paused;

    Survival(SurvivalOptions options, @Nullable Path built, PrintStream out, PrintStream progress) throws Refusal {
        Path chosen = options.home() == null ? built : options.home();
        if (chosen == null) {
            throw new Refusal("no distribution is given: start with bench/survive, or use --home");
        }
        this.options = options;
        this.home = chosen;
        this.out = out;
        this.progress = progress;
    }

    /** Runs it; true if no session was lost and all counters are exact. */
    boolean run() throws IOException, InterruptedException, Refusal {
        List<Witness> witnesses = new ArrayList<>();
        if (!options.without().contains("psql")) {
            witnesses.add(Database.prepare(options));
        }
        if (!options.without().contains("scp")) {
            witnesses.add(FileCopy.prepare(options));
        }
        Path folder = Files.createTempDirectory("relaygate-survive-");
        progress.println(Machine.describe(List.of(), folder));
        try {
            for (Witness witness : witnesses) {
                witness.start();
            }
            boolean good = run(folder, witnesses);
            if (good && !paused) {
                Main.delete(folder);
            } else {
                progress.println("the files of the processes are kept in " + folder);
            }
            return good;
        } finally {
            witnesses.forEach(Witness::close);
        }
    }

    private boolean run(Path folder, List<Witness> witnesses) throws IOException, InterruptedException {
        try (FarEnd far = new FarEnd(options.rate(), complaints)) {
            Map<String, InetSocketAddress> services = new LinkedHashMap<>(Map.of(LOAD, far.address()));
            witnesses.forEach(witness -> services.put(
                    witness.service(), new InetSocketAddress(InetAddress.getLoopbackAddress(), witness.port())));
            try (Fleet fleet = new Fleet(home, folder, options, services)) {
                return run(fleet, far, witnesses);
            }
        }
    }

    private boolean run(Fleet fleet, FarEnd far, List<Witness> witnesses) throws IOException, InterruptedException {
        Crowd crowd = Crowd.enter(fleet.entry(LOAD), far, options, complaints);
        progress.printf("%d sessions move data, %d type%n", options.bulk(), options.keys());
        List<Thread> others = new ArrayList<>();
        for (Witness witness : witnesses) {
            others.add(Thread.ofVirtual().start(() -> testify(witness, fleet.entry(witness.service()))));
        }
        List<Blow> blows;
        try (StackWatch _ = new StackWatch(fleet, crowd, options.pause())) {
            blows = new Blows(fleet, options, progress).rain(complaints);
            progress.printf("%d blows; sessions end now%n", blows.size());
            for (Thread other : others) {
                other.join();
            }
            crowd.leave();
        }
        explain(Pauses.of(crowd.waits(options.pause()), blows, fleet));
        Books books = Books.close(fleet, crowd, witnesses, LOAD);
        complaints.all().forEach(complaint -> progress.println("LOST " + complaint));
        books.wrong().forEach(line -> progress.println("WRONG " + line));
        out.print(new SurvivalTable(options, blows, crowd, books, complaints).markdown());
        return complaints.none() && books.wrong().isEmpty();
    }

    private void explain(Pauses pauses) {
        paused = !pauses.none();
        progress.print(pauses.timeLines());
    }

    private void testify(Witness witness, InetSocketAddress entry) {
        try {
            witness.run(entry.getPort());
            progress.println(witness.service() + ": " + witness.deed());
        } catch (IOException e) {
            complaints.add(witness.service(), String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts witnesses", e);
        }
    }
}
