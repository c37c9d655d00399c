package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Runs all rounds of one stage after the other, against the running processes of all its setups, which take turns. */
final class Benchmark {

    private static final Duration QUIET_LIMIT = Duration.ofSeconds(60);

    private final Stage stage;
    private final Options options;
    private final PrintStream progress;
    private final Surroundings surroundings;
    private final Results results;
    private final Map<Setup, ProcessSet> sets = new LinkedHashMap<>();

    private Benchmark(Stage stage, Options options, Surroundings surroundings, Results results, PrintStream progress) {
        this.stage = stage;
        this.options = options;
        this.surroundings = surroundings;
        this.results = results;
        this.progress = progress;
    }

    /**
     * Starts everything, measures and ends everything.
     *
     * @param folder where all files of the processes go
     * @param progress is told what happens
     */
    static Outcome run(Choice choice, Options options, Path folder, PrintStream progress)
            throws IOException, InterruptedException {
        Part sink = Part.start("sink", folder, List.of("-Xmx256m"), List.of(Main.SINK));
        try (Child process = sink.child()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), sink.port());
            Certificate certificate = Certificate.make(folder);
            Outcome outcome = new Outcome(new Results(), new Results());
            for (Stage stage : choice.stages()) {
                new Benchmark(stage, options, new Surroundings(folder, process, address, certificate, stage.link()),
                        stage.link().isNone() ? outcome.local() : outcome.links(), progress).run();
            }
            return outcome;
        }
    }

    private void run() throws IOException, InterruptedException {
        try {
            // Measurements that want fresh processes need none of these.
            if (!stage.workloads().stream().allMatch(Workload::needsFreshProcesses)) {
                for (Setup setup : stage.setups()) {
                    ProcessSet set = setup.start(surroundings);
                    sets.put(setup, set);
                    progress.println("started " + setup.title() + set.measured().stream()
                            .map(child -> child.name() + " " + child.pid())
                            .collect(Collectors.joining(", ", ": ", "")));
                }
            }
            // What they have tried out over a link may still be on its way.
            SinkState.awaitQuiet(surroundings.sink(), QUIET_LIMIT);
            warmUp();
            for (int round = 1; round <= options.rounds(); round++) {
                round(round);
            }
        } finally {
            sets.values().forEach(ProcessSet::close);
        }
    }

    private void warmUp() throws IOException, InterruptedException {
        // Over a link everything takes long enough for one to do.
        List<Workload> workloads = stage.link().isNone() ? stage.workloads() : stage.workloads().subList(0, 1);
        for (Workload workload : workloads) {
            if (!workload.needsFreshProcesses()) {
                for (Setup setup : stage.setups()) {
                    measure("warm-up", workload, setup, options.warmUp());
                }
            }
        }
    }

    private void round(int round) throws IOException, InterruptedException {
        // There and back: no setup always comes after the same other one.
        List<Setup> order = round % 2 == 1 ? stage.setups() : stage.setups().reversed();
        for (Workload workload : stage.workloads()) {
            if (round > rounds(workload)) {
                continue;
            }
            for (Setup setup : order) {
                results.add(workload, setup, measure("round " + round, workload, setup, options.window()));
            }
        }
    }

    private int rounds(Workload workload) {
        return workload.needsFreshProcesses() || !stage.link().isNone() ? options.slowRounds() : options.rounds();
    }

    private double[] measure(String when, Workload workload, Setup setup, Duration window)
            throws IOException, InterruptedException {
        try {
            double[] values = workload.needsFreshProcesses()
                    ? measureFresh(workload, setup, window)
                    : workload.measure(Objects.requireNonNull(sets.get(setup)), surroundings.sink(), window);
            SinkState.awaitQuiet(surroundings.sink(), QUIET_LIMIT);
            progress.println(line(when, workload, setup, values));
            return values;
        } catch (IOException e) {
            throw new IOException("%s, %s, %s: %s".formatted(when, workload.name(), setup.name(), e.getMessage()), e);
        }
    }

    private double[] measureFresh(Workload workload, Setup setup, Duration window)
            throws IOException, InterruptedException {
        try (ProcessSet fresh = setup.start(surroundings)) {
            return workload.measure(fresh, surroundings.sink(), window);
        }
    }

    private static String line(String when, Workload workload, Setup setup, double[] values) {
        StringBuilder line = new StringBuilder("%s, %s:".formatted(when, setup.name()));
        for (int i = 0; i < values.length; i++) {
            Metric metric = workload.metrics().get(i);
            line.append(i == 0 ? " " : ", ").append(metric.name()).append(' ').append(metric.show(values[i]));
        }
        return line.toString();
    }
}
