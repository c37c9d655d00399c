package io.relaygate.observe;

import io.relaygate.sdk.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The numbers that a plugin keeps of one route or destination, among the gateway's: those of another plugin have other names. Any thread. */
public final class LentMetrics implements Metrics, AutoCloseable {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(?:_[a-z0-9]+)*");

    private final io.relaygate.observe.Metrics all;
    private final String prefix;
    private final String label;
    private final String value;
    private final List<Gauge> gauges = new ArrayList<>();
    private boolean closed;

    private LentMetrics(io.relaygate.observe.Metrics all, String of, String label, String value) {
        this.all = all;
        this.prefix = "relaygate_" + of.replaceAll("[^a-z0-9]+", "_") + "_";
        this.label = label;
        this.value = value;
    }

    /** Of a route, called {@code relaygate_PROTOCOL_NAME}. */
    public static LentMetrics ofRoute(io.relaygate.observe.Metrics all, String protocol, String route) {
        return new LentMetrics(all, protocol, "route", route);
    }

    /** Of a destination, called {@code relaygate_dialer_DIALER_NAME}. */
    public static LentMetrics ofDestination(io.relaygate.observe.Metrics all, String dialer, String destination) {
        return new LentMetrics(all, "dialer_" + dialer, "destination", destination);
    }

    @Override
    public Counter counter(String name, String meaning, String... labels) {
        io.relaygate.observe.Counter counter = all.counter(whole(name), meaning, names(labels));
        return (amount, values) -> counter.add(amount, withOwn(values));
    }

    @Override
    public Histogram histogram(String name, String meaning, List<Double> bounds, String... labels) {
        for (int i = 1; i < bounds.size(); i++) {
            if (bounds.get(i) <= bounds.get(i - 1)) {
                throw new IllegalArgumentException("the bounds of the buckets of '" + name + "' must grow, found " + bounds);
            }
        }
        io.relaygate.observe.Histogram histogram = all.histogram(whole(name), meaning, bounds, names(labels));
        return (amount, values) -> histogram.observe(amount, withOwn(values));
    }

    private String[] names(String... labels) {
        return Stream.concat(Stream.of(label), Stream.of(labels).map(LentMetrics::checked)).toArray(String[]::new);
    }

    private String[] withOwn(String... values) {
        String[] labels = new String[values.length + 1];
        labels[0] = value;
        System.arraycopy(values, 0, labels, 1, values.length);
        return labels;
    }

    @Override
    public void gauge(String name, String meaning, DoubleSupplier asked) {
        Gauge gauge = all.gauge(whole(name), meaning, Map.of(label, value), asked);
        synchronized (gauges) {
            gauges.add(gauge);
            if (!closed) {
                return;
            }
        }
        gauge.close();
    }

    private String whole(String name) {
        return prefix + checked(name);
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches() || name.endsWith("_total") || name.endsWith("_created") || name.endsWith("_info")) {
            throw new IllegalArgumentException(
                    "a metric or label has a name of lower-case letters, digits and underscores, and no ending that Prometheus gives, found '" + name + "'");
        }
        return name;
    }

    @Override
    public void close() {
        synchronized (gauges) {
            closed = true;
            gauges.forEach(Gauge::close);
        }
    }
}
