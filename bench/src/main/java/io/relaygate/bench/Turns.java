package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Setups that take turns: in each round every workload runs against each of them, there and back in alternating order.
 *
 * @param rounds that count, after one that is for the compilers
 * @param progress is told of each measurement
 */
record Turns(List<Setup> setups, List<Workload> workloads, int rounds, PrintStream progress) {

    private static final Duration WINDOW = Duration.ofSeconds(2);

    /** Starts the setups, measures, and ends them. */
    Results measure(Surroundings surroundings) throws IOException, InterruptedException {
        Results results = new Results();
        Map<Setup, ProcessSet> sets = new LinkedHashMap<>();
        try {
            for (Setup setup : setups) {
                sets.put(setup, setup.start(surroundings));
            }
            for (int round = 0; round <= rounds; round++) {
                for (Workload workload : workloads) {
                    for (Setup setup : round % 2 == 1 ? setups : setups.reversed()) {
                        double[] values = workload.measure(Objects.requireNonNull(sets.get(setup)), surroundings.sink(), WINDOW);
                        progress.printf("round %d, %s, %s: %s%n", round, workload.name(), setup.name(), Arrays.toString(values));
                        if (round > 0) {
                            results.add(workload, setup, values);
                        }
                    }
                }
            }
        } finally {
            sets.values().forEach(ProcessSet::close);
        }
        return results;
    }
}
