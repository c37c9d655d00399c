package io.relaygate.observe;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;

/** How often a value fell into each of a few buckets, with their sum and number. Thread safe. */
public final class Histogram {

    private final io.prometheus.metrics.core.metrics.Histogram histogram;
    private final List<String> labels;

    private Histogram(io.prometheus.metrics.core.metrics.Histogram histogram, List<String> labels) {
        this.histogram = histogram;
        this.labels = labels;
    }

    static Histogram register(
            PrometheusRegistry registry, String name, String help, List<Double> bounds, List<String> labels) {
        return new Histogram(
                io.prometheus.metrics.core.metrics.Histogram.builder()
                        .name(name)
                        .help(help)
                        .labelNames(labels.toArray(String[]::new))
                        .classicOnly()
                        .classicUpperBounds(bounds.stream().mapToDouble(Double::doubleValue).toArray())
                        .withoutExemplars()
                        .register(registry),
                labels);
    }

    /** Takes a value in the metric's unit. */
    public void observe(double value, String... labelValues) {
        histogram.labelValues(labelValues).observe(value);
    }

    /** Takes a duration, as seconds. */
    public void observe(Duration duration, String... labelValues) {
        observe(duration.toNanos() / 1e9, labelValues);
    }

    /** How many values were taken. */
    public long count(String... labelValues) {
        return histogram.labelValues(labelValues).getCount();
    }

    List<String> labels() {
        return labels;
    }
}
