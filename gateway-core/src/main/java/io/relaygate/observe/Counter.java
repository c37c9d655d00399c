package io.relaygate.observe;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** A number that only grows, for each combination of its labels' values. Thread safe. */
public final class Counter {

    private final io.prometheus.metrics.core.metrics.Counter counter;
    private final List<String> labels;

    private Counter(io.prometheus.metrics.core.metrics.Counter counter, List<String> labels) {
        this.counter = counter;
        this.labels = labels;
        if (labels.isEmpty()) {
            counter.initLabelValues();
        }
    }

    static Counter register(PrometheusRegistry registry, String name, String help, List<String> labels) {
        return new Counter(
                io.prometheus.metrics.core.metrics.Counter.builder()
                        .name(name)
                        .help(help)
                        .labelNames(labels.toArray(String[]::new))
                        .withoutExemplars()
                        .register(registry),
                labels);
    }

    /** Counts one. */
    public void increment(String... labelValues) {
        add(1, labelValues);
    }

    /** Counts {@code amount}, which is not negative. */
    public void add(long amount, String... labelValues) {
        counter.labelValues(labelValues).inc(amount);
    }

    /** What has been counted. */
    public long value(String... labelValues) {
        return counter.labelValues(labelValues).getLongValue();
    }

    List<String> labels() {
        return labels;
    }
}
