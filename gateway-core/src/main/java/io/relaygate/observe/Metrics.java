package io.relaygate.observe;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * The gateway's numbers: counters, gauges and histograms by name, and all of them as text that Prometheus reads.
 *
 * <p>Asking twice for the same name gives the same counter or histogram, so that rooms need not hand them around; a
 * name asked for with other labels is a defect and throws {@link IllegalArgumentException}. Names are written without
 * {@code _total}; base units are seconds and bytes. Label values come from the configuration and from enums, never
 * from a client: every new value is a new series for ever.
 *
 * <p>Thread safe. One instance for each gateway, so that several gateways live in one process.
 */
public final class Metrics {

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Histogram> histograms = new ConcurrentHashMap<>();
    private final Map<String, GaugeFamily> gauges = new ConcurrentHashMap<>();

    /** The counter of this name; it is made at the first call. Without labels it is shown as 0 from then on. */
    public Counter counter(String name, String help, String... labels) {
        Counter counter = counters.computeIfAbsent(name, n -> Counter.register(registry, n, help, List.of(labels)));
        sameLabels(name, counter.labels(), List.of(labels));
        return counter;
    }

    /** The histogram of this name; it is made at the first call, with these upper bounds of its buckets. */
    public Histogram histogram(String name, String help, List<Double> bounds, String... labels) {
        Histogram histogram = histograms.computeIfAbsent(
                name, n -> Histogram.register(registry, n, help, bounds, List.of(labels)));
        sameLabels(name, histogram.labels(), List.of(labels));
        return histogram;
    }

    /** A gauge without labels whose value is asked for at every scrape. See {@link #gauge(String, String, Map, DoubleSupplier)}. */
    public Gauge gauge(String name, String help, DoubleSupplier value) {
        return gauge(name, help, Map.of(), value);
    }

    /**
     * One series of a gauge, whose value is asked for at every scrape, on the scraping thread: it must be quick and
     * must not block. Several series of one name differ by the values of the same labels. A series that is there is
     * replaced, so that what a new configuration brings may register before the old one is closed.
     *
     * @param labels label names with this series' values
     * @return takes the series out when it is closed, unless it was replaced
     */
    public Gauge gauge(String name, String help, Map<String, String> labels, DoubleSupplier value) {
        SortedMap<String, String> sorted = new TreeMap<>(labels);
        List<String> names = List.copyOf(sorted.keySet());
        GaugeFamily family = gauges.computeIfAbsent(name, n -> GaugeFamily.register(registry, n, help, names));
        sameLabels(name, family.labels(), names);
        return family.put(List.copyOf(sorted.values()), value);
    }

    /**
     * Further metrics, whose series come and go: they are asked for at every scrape, on the scraping thread, which must
     * not be held up.
     */
    public void sampled(Consumer<Samples> source) {
        registry.register((MultiCollector) () -> {
            Samples samples = new Samples();
            source.accept(samples);
            return samples.snapshots();
        });
    }

    /** All metrics in Prometheus' text format 0.0.4. */
    public String exposition() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(8192);
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void sameLabels(String name, List<String> there, List<String> asked) {
        if (!there.equals(asked)) {
            throw new IllegalArgumentException("metric " + name + " has the labels " + there + ", not " + asked);
        }
    }
}
