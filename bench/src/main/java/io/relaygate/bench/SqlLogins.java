package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * One login after the other: connect, TLS, login, close.
 *
 * @param count how many
 */
record SqlLogins(int count) implements Workload {

    @Override
    public String name() {
        return "logins";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(new Metric("login: p50 ms", 1), new Metric("login: CPU-ms of the site", 1));
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window) throws IOException {
        double cpu = set.cpuSeconds();
        Lap lap = new Lap(count);
        for (int i = 0; i < count; i++) {
            lap.begin();
            SqlClient client = SqlClient.logIn(set.entry(), true);
            lap.end();
            client.close();
        }
        return new double[] {lap.micros(50) / 1e3, (set.cpuSeconds() - cpu) * 1e3 / count};
    }
}
