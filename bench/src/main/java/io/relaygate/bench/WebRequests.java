package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As many small requests as possible over some connections, made by wrk.
 *
 * @param wrk the program
 */
record WebRequests(Path wrk, int connections) implements Workload {

    private static final Pattern DONE = Pattern.compile("([0-9]+) requests in ([0-9.]+)(s|ms)");
    private static final int SIZE = 66;

    @Override
    public String name() {
        return "requests-" + connections;
    }

    @Override
    public List<Metric> metrics() {
        String what = "small requests, %d connection%s: ".formatted(connections, connections == 1 ? "" : "s");
        return List.of(new Metric(what + "per second", 0), new Metric(what + "CPU-µs of the site's end each", 0));
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("relaygate-wrk-");
        double cpu = set.cpuSeconds();
        try (Child child = Child.start("wrk", folder, List.of(wrk.toString(), "-t", "1", "-c", Integer.toString(connections), "-d",
                Math.max(1, window.toSeconds()) + "s", "http://127.0.0.1:%d/%d".formatted(set.entry().getPort(), SIZE)), Map.of())) {
            child.awaitSuccess();
            cpu = set.cpuSeconds() - cpu;
            String said = child.output();
            Matcher done = DONE.matcher(said);
            if (said.contains("Non-2xx") || said.contains("Socket errors") || !done.find()) {
                throw new IOException("wrk has had errors:\n" + said);
            }
            double requests = Double.parseDouble(done.group(1));
            double seconds = Double.parseDouble(done.group(2)) / (done.group(3).equals("ms") ? 1000 : 1);
            return new double[] {requests / seconds, cpu * 1e6 / requests};
        } finally {
            Main.delete(folder);
        }
    }
}
