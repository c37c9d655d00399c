package io.relaygate.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private final Metrics metrics = new Metrics();

    @Test
    void showsACounterAsZeroBeforeItCounts() {
        Counter refused = metrics.counter("relaygate_refused", "Refused.");
        assertThat(refused.value()).isZero();
        assertThat(metrics.exposition()).contains("# TYPE relaygate_refused_total counter\nrelaygate_refused_total 0.0");
    }

    @Test
    void countsForEachLabelValue() {
        Counter ended = metrics.counter("relaygate_sessions_ended", "Ended.", "route", "ending");
        ended.increment("orders", "CALLER_DONE");
        ended.add(2, "orders", "BROKEN");
        assertThat(ended.value("orders", "CALLER_DONE")).isEqualTo(1);
        assertThat(metrics.exposition())
                .contains("relaygate_sessions_ended_total{ending=\"CALLER_DONE\",route=\"orders\"} 1.0")
                .contains("relaygate_sessions_ended_total{ending=\"BROKEN\",route=\"orders\"} 2.0");
    }

    @Test
    void givesTheSameMetricForTheSameName() {
        assertThat(metrics.counter("a", "A.", "x")).isSameAs(metrics.counter("a", "A.", "x"));
        assertThat(metrics.histogram("h", "H.", List.of(1.0))).isSameAs(metrics.histogram("h", "H.", List.of(1.0)));
    }

    @Test
    void refusesANameWithOtherLabels() {
        metrics.counter("a", "A.", "x");
        metrics.gauge("g", "G.", () -> 1);
        assertThatThrownBy(() -> metrics.counter("a", "A.", "y"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a has the labels [x], not [y]");
        assertThatThrownBy(() -> metrics.gauge("g", "G.", Map.of("z", "1"), () -> 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void asksAGaugeAtEveryScrape() {
        AtomicInteger open = new AtomicInteger(3);
        metrics.gauge("relaygate_sessions", "Open.", open::get);
        assertThat(metrics.exposition()).contains("relaygate_sessions 3.0");
        open.set(4);
        assertThat(metrics.exposition()).contains("relaygate_sessions 4.0");
    }

    @Test
    void keepsSeveralSeriesOfOneGauge() {
        Gauge weu = metrics.gauge("channels", "Up.", Map.of("namespace", "weu", "entry_point", "hub"), () -> 2);
        metrics.gauge("channels", "Up.", Map.of("entry_point", "hub", "namespace", "neu"), () -> 1);
        assertThat(metrics.exposition())
                .contains("channels{entry_point=\"hub\",namespace=\"weu\"} 2.0")
                .contains("channels{entry_point=\"hub\",namespace=\"neu\"} 1.0");
        weu.close();
        assertThat(metrics.exposition()).doesNotContain("weu").contains("neu");
    }

    @Test
    void keepsTheSeriesThatReplacedAnotherWhenTheOldOneIsClosed() {
        Gauge old = metrics.gauge("channels", "Up.", Map.of("namespace", "weu"), () -> 1);
        metrics.gauge("channels", "Up.", Map.of("namespace", "weu"), () -> 5);
        old.close();
        assertThat(metrics.exposition()).contains("channels{namespace=\"weu\"} 5.0");
    }

    @Test
    void countsDurationsAsSecondsInBuckets() {
        Histogram seconds = metrics.histogram("connect_seconds", "Connecting.", List.of(0.01, 0.1), "route");
        seconds.observe(Duration.ofMillis(50), "orders");
        seconds.observe(3, "orders");
        assertThat(seconds.count("orders")).isEqualTo(2);
        assertThat(metrics.exposition())
                .contains("connect_seconds_bucket{route=\"orders\",le=\"0.01\"} 0")
                .contains("connect_seconds_bucket{route=\"orders\",le=\"0.1\"} 1")
                .contains("connect_seconds_sum{route=\"orders\"} 3.05");
    }

    @Test
    void asksForWhatComesAndGoesAtEveryScrape() {
        List<String> lanes = new ArrayList<>(List.of("0", "1"));
        metrics.sampled(samples -> lanes.forEach(lane -> {
            samples.counter("relaygate_lane_bytes", "Bytes.", 5, Map.of("lane", lane));
            samples.gauge("relaygate_lane_up", "Up.", 1, Map.of("lane", "any"));
        }));
        assertThat(metrics.exposition())
                .contains("# TYPE relaygate_lane_bytes_total counter\nrelaygate_lane_bytes_total{lane=\"0\"} 5.0\n"
                        + "relaygate_lane_bytes_total{lane=\"1\"} 5.0\n")
                .contains("relaygate_lane_up{lane=\"any\"} 2.0");
        lanes.removeFirst();
        assertThat(metrics.exposition()).doesNotContain("lane=\"0\"").contains("lane=\"1\"");
        lanes.clear();
        assertThat(metrics.exposition()).doesNotContain("relaygate_lane");
    }

    @Test
    void tellsAboutTheProcess() {
        ProcessGauges.register(metrics);
        assertThat(metrics.exposition())
                .containsPattern("process_heap_used_bytes [1-9]")
                .containsPattern("process_platform_threads [1-9]")
                .contains("process_open_fds");
    }
}
