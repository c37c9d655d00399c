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

/** Runs all rounds against the running processes of all setups, which take turns. */
final class Benchmark {

    private static final Duration QUIET_LIMIT = Duration.ofSeconds(20);

    private final Choice choice;
    private final Options options;
    private final PrintStream progress;
    private final Surroundings surroundings;
    private final Map<Setup, ProcessSet> sets = new LinkedHashMap<>();
    private final Results results = new Results();

    private Benchmark(Choice choice, Options options, Surroundings surroundings, PrintStream progress) {
        this.choice = choice;
        this.options = options;
        this.surroundings = surroundings;
        this.progress = progress;
    }

    /**
     * Starts everything, measures and ends everything.
     *
     * @param folder where all files of the processes go
     * @param progress is told what happens
     */
    static Results run(Choice choice, Options options, Path folder, PrintStream progress)
            throws IOException, InterruptedException {
        List<String> command = List.of(
                Programs.java().toString(), "-Xmx256m", "-cp", System.getProperty("java.class.path"), Main.class.getName(),
                Main.SINK);
        try (Child sink = Child.start("sink", folder, command, Map.of())) {
            int port = sink.await("a port", Duration.ofSeconds(10), () -> {
                String line = sink.output();
                return line.endsWith("\n") ? Integer.parseInt(line.strip()) : null;
            });
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            Surroundings surroundings = new Surroundings(folder, sink, address, Certificate.make(folder));
            return new Benchmark(choice, options, surroundings, progress).run();
        }
    }

    private Results run() throws IOException, InterruptedException {
        try {
            // Measurements that want fresh processes need none of these.
            if (!choice.workloads().stream().allMatch(Workload::needsFreshProcesses)) {
                for (Setup setup : choice.setups()) {
                    ProcessSet set = setup.start(surroundings);
                    sets.put(setup, set);
                    progress.println("started " + setup.title() + set.measured().stream()
                            .map(child -> child.name() + " " + child.pid())
                            .collect(Collectors.joining(", ", ": ", "")));
                }
            }
            warmUp();
            for (int round = 1; round <= options.rounds(); round++) {
                round(round);
            }
            return results;
        } finally {
            sets.values().forEach(ProcessSet::close);
        }
    }

    private void warmUp() throws IOException, InterruptedException {
        for (Workload workload : choice.workloads()) {
            if (!workload.needsFreshProcesses()) {
                for (Setup setup : choice.setups()) {
                    measure("warm-up", workload, setup, options.warmUp());
                }
            }
        }
    }

    private void round(int round) throws IOException, InterruptedException {
        // There and back: no setup always comes after the same other one.
        List<Setup> order = round % 2 == 1 ? choice.setups() : choice.setups().reversed();
        for (Workload workload : choice.workloads()) {
            for (Setup setup : order) {
                results.add(workload, setup, measure("round " + round, workload, setup, options.window()));
            }
        }
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
