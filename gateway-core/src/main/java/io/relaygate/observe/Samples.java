package io.relaygate.observe;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Numbers of things that come and go, gathered at one scrape: a series that is not given is not shown. A series that is
 * given twice is shown once, with the sum. One thread.
 */
public final class Samples {

    private final Map<String, Family> families = new LinkedHashMap<>();

    private record Family(String help, boolean counts, Map<SortedMap<String, String>, Double> series) {}

    Samples() {}

    /** A number that may fall. */
    public void gauge(String name, String help, Number value, Map<String, String> labels) {
        add(name, help, false, value.doubleValue(), labels);
    }

    /** A number that only grows as long as its series is there; {@code name} is written without {@code _total}. */
    public void counter(String name, String help, Number value, Map<String, String> labels) {
        add(name, help, true, value.doubleValue(), labels);
    }

    private void add(String name, String help, boolean counts, double value, Map<String, String> labels) {
        families.computeIfAbsent(name, _ -> new Family(help, counts, new LinkedHashMap<>()))
                .series()
                .merge(new TreeMap<>(labels), value, Double::sum);
    }

    MetricSnapshots snapshots() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        families.forEach((name, family) -> all.metricSnapshot(family.counts() ? counter(name, family) : gauge(name, family)));
        return all.build();
    }

    private static MetricSnapshot counter(String name, Family family) {
        CounterSnapshot.Builder snapshot = CounterSnapshot.builder().name(name).help(family.help());
        family.series().forEach((labels, value) -> snapshot.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels(labels)).value(value).build()));
        return snapshot.build();
    }

    private static MetricSnapshot gauge(String name, Family family) {
        GaugeSnapshot.Builder snapshot = GaugeSnapshot.builder().name(name).help(family.help());
        family.series().forEach((labels, value) -> snapshot.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels(labels)).value(value).build()));
        return snapshot.build();
    }

    private static Labels labels(SortedMap<String, String> labels) {
        return Labels.of(labels.keySet().toArray(String[]::new), labels.values().toArray(String[]::new));
    }
}
