package io.relaygate.observe;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** All series of one gauge. */
final class GaugeFamily {

    private final List<String> labels;
    private final Map<List<String>, DoubleSupplier> series = new ConcurrentHashMap<>();

    private GaugeFamily(List<String> labels) {
        this.labels = labels;
    }

    static GaugeFamily register(PrometheusRegistry registry, String name, String help, List<String> labels) {
        GaugeFamily family = new GaugeFamily(labels);
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(family::report)
                .register(registry);
        return family;
    }

    Gauge put(List<String> labelValues, DoubleSupplier value) {
        series.put(labelValues, value);
        return new Gauge(() -> series.remove(labelValues, value));
    }

    List<String> labels() {
        return labels;
    }

    private void report(GaugeWithCallback.Callback callback) {
        series.forEach((values, value) -> callback.call(value.getAsDouble(), values.toArray(String[]::new)));
    }
}
