package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Connect, one byte there and back, close; four at a time. */
record Connections() implements Workload {

    private static final int AT_ONCE = 4;

    @Override
    public String name() {
        return "connections";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(new Metric("connections per second", 0), new Metric("CPU-ms per connection", 2));
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window)
            throws IOException, InterruptedException {
        LongAdder done = new LongAdder();
        try (Clients clients = new Clients()) {
            double cpu = set.cpuSeconds();
            long start = System.nanoTime();
            for (int i = 0; i < AT_ONCE; i++) {
                clients.start(() -> {
                    Client.connectAndEcho(set.entry()).close();
                    done.increment();
                    return true;
                });
            }
            Thread.sleep(window);
            clients.stop();
            clients.join();
            clients.check();
            double seconds = (System.nanoTime() - start) / 1e9;
            cpu = set.cpuSeconds() - cpu;
            return new double[] {done.sum() / seconds, cpu * 1e3 / done.sum()};
        }
    }
}
