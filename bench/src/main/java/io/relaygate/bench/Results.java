package io.relaygate.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of all rounds, by metric and setup. */
final class Results {

    /**
     * A median, and how far the rounds lie apart.
     *
     * @param middle the median
     * @param least the smallest value
     * @param most the largest value
     */
    record Spread(double middle, double least, double most) {

        static Spread of(List<Double> values) {
            double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            int half = sorted.length / 2;
            double middle = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
            return new Spread(middle, sorted[0], sorted[sorted.length - 1]);
        }
    }

    private final Map<Metric, Map<Setup, List<Double>>> values = new LinkedHashMap<>();

    /** Adds the next round's values of one workload and setup. */
    void add(Workload workload, Setup setup, double[] measured) {
        List<Metric> metrics = workload.metrics();
        if (metrics.size() != measured.length) {
            throw new IllegalArgumentException(workload.name() + " measured " + Arrays.toString(measured));
        }
        for (int i = 0; i < measured.length; i++) {
            values.computeIfAbsent(metrics.get(i), m -> new LinkedHashMap<>())
                    .computeIfAbsent(setup, s -> new ArrayList<>())
                    .add(measured[i]);
        }
    }

    List<Metric> metrics() {
        return List.copyOf(values.keySet());
    }

    Spread value(Metric metric, Setup setup) {
        return Spread.of(rounds(metric, setup));
    }

    /** The ratios of the two setups' values, each of one round: what disturbs a round disturbs both. */
    Spread ratio(Metric metric, Setup setup, Setup to) {
        List<Double> above = rounds(metric, setup);
        List<Double> below = rounds(metric, to);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < above.size(); i++) {
            ratios.add(above.get(i) / below.get(i));
        }
        return Spread.of(ratios);
    }

    private List<Double> rounds(Metric metric, Setup setup) {
        return values.getOrDefault(metric, Map.of()).getOrDefault(setup, List.of());
    }
}
