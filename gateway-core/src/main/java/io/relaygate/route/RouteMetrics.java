package io.relaygate.route;

import io.relaygate.observe.Gauge;
import io.relaygate.sdk.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The numbers of one route among the gateway's: those of another plugin have other names. Any thread. */
final class RouteMetrics implements Metrics, AutoCloseable {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(?:_[a-z0-9]+)*");
    private static final String ROUTE = "route";

    private final io.relaygate.observe.Metrics all;
    private final String protocol;
    private final String route;
    private final List<Gauge> gauges = new ArrayList<>();
    private boolean closed;

    RouteMetrics(io.relaygate.observe.Metrics all, String protocol, String route) {
        this.all = all;
        this.protocol = protocol.replaceAll("[^a-z0-9]+", "_");
        this.route = route;
    }

    @Override
    public Counter counter(String name, String meaning, String... labels) {
        io.relaygate.observe.Counter counter = all.counter(whole(name), meaning, names(labels));
        return (amount, values) -> counter.add(amount, withRoute(values));
    }

    @Override
    public Histogram histogram(String name, String meaning, List<Double> bounds, String... labels) {
        for (int i = 1; i < bounds.size(); i++) {
            if (bounds.get(i) <= bounds.get(i - 1)) {
                throw new IllegalArgumentException("the bounds of the buckets of '" + name + "' must grow, found " + bounds);
            }
        }
        io.relaygate.observe.Histogram histogram = all.histogram(whole(name), meaning, bounds, names(labels));
        return (value, values) -> histogram.observe(value, withRoute(values));
    }

    private static String[] names(String... labels) {
        return Stream.concat(Stream.of(ROUTE), Stream.of(labels).map(RouteMetrics::checked)).toArray(String[]::new);
    }

    private String[] withRoute(String... values) {
        String[] labels = new String[values.length + 1];
        labels[0] = route;
        System.arraycopy(values, 0, labels, 1, values.length);
        return labels;
    }

    @Override
    public void gauge(String name, String meaning, DoubleSupplier value) {
        Gauge gauge = all.gauge(whole(name), meaning, Map.of(ROUTE, route), value);
        synchronized (gauges) {
            gauges.add(gauge);
            if (!closed) {
                return;
            }
        }
        gauge.close();
    }

    private String whole(String name) {
        return "relaygate_" + protocol + "_" + checked(name);
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
