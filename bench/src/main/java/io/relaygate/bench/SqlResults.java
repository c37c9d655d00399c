package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * One large result, in a session without TLS after its login and in one with it: what TLS costs the site is the difference.
 *
 * @param mebibytes how large, to the row
 */
record SqlResults(int mebibytes) implements Workload {

    @Override
    public String name() {
        return "results";
    }

    @Override
    public List<Metric> metrics() {
        String what = "%d MiB of results".formatted(mebibytes);
        return List.of(new Metric(what + " without TLS: MB/s", 0), new Metric(what + " without TLS: CPU-s/GB of the site", 2),
                new Metric(what + ": MB/s", 0), new Metric(what + ": CPU-s/GB of the site", 2),
                new Metric(what + ": CPU-s/GB of TLS at the site, the difference", 2, false),
                new Metric(what + ": growth of the site, MB", 0, false));
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window) throws IOException {
        long before = set.residentBytes();
        double[] clear = read(set, false);
        double[] secured = read(set, true);
        return new double[] {
            clear[0], clear[1], secured[0], secured[1], secured[1] - clear[1], (set.residentBytes() - before) / 1e6
        };
    }

    /** MB/s and CPU-s/GB. */
    private double[] read(ProcessSet set, boolean tls) throws IOException {
        int rows = (int) (((long) mebibytes << 20) / SqlClient.ROW) + 1;
        double bytes = (double) rows * SqlClient.ROW;
        try (SqlClient client = SqlClient.logIn(set.entry(), tls)) {
            double cpu = set.cpuSeconds();
            long start = System.nanoTime();
            client.read(rows);
            double seconds = (System.nanoTime() - start) / 1e9;
            return new double[] {bytes / seconds / 1e6, (set.cpuSeconds() - cpu) / (bytes / 1e9)};
        }
    }
}
