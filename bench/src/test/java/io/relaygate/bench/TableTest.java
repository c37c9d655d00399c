package io.relaygate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private final Setup haproxy = new HaproxyHop(Path.of("haproxy"));
    private final Setup ours = RelaygateSet.of("plain2", Path.of("home"));
    private final Results results = new Results();

    @Test
    void showsMediansAndTheMedianOfTheRatiosOfEachRound() {
        Workload connections = new Connections();
        addRound(connections, new double[] {100, 2}, new double[] {50, 1});
        // A disturbed round: both are slow, and their ratio is as ever.
        addRound(connections, new double[] {10, 20}, new double[] {5, 10});
        addRound(connections, new double[] {100, 2}, new double[] {75, 3});

        assertThat(new Table(results, List.of(haproxy, ours)).markdown()).isEqualTo("""
                |  | HAProxy TLS hop | plain, topology 2 | plain2 / haproxy |
                | --- | ---: | ---: | ---: |
                | connections per second | 100 | 50 | **0.50** (0.50 to 0.75) |
                | CPU-ms per connection | 2.00 | 3.00 | **0.50** (0.50 to 1.50) |
                """);
    }

    @Test
    void showsAHyphenWhereASetupHasNoValue() {
        Setup direct = new Direct();
        results.add(new IdleMemory(10, Path.of("jcmd")), direct, new double[] {Double.NaN});

        assertThat(new Table(results, List.of(direct)).markdown()).endsWith("| idle memory, 10 sessions: kB per session | - |\n");
    }

    @Test
    void takesTheMiddleOfAnEvenNumberOfRounds() {
        assertThat(Results.Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Results.Spread(2.5, 1, 4));
    }

    @Test
    void findsPercentilesByNearestRank() {
        long[] sorted = new long[200];
        for (int i = 0; i < 200; i++) {
            sorted[i] = i + 1L;
        }

        assertThat(PingPong.percentile(sorted, 200, 50)).isEqualTo(100);
        assertThat(PingPong.percentile(sorted, 200, 99)).isEqualTo(198);
        assertThat(PingPong.percentile(sorted, 1, 99)).isEqualTo(1);
    }

    private void addRound(Workload workload, double[] theirs, double[] own) {
        results.add(workload, haproxy, theirs);
        results.add(workload, ours, own);
    }
}
