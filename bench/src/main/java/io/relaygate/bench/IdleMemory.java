package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much the resident memory of freshly started processes grows for each of many idle sessions, each of which has
 * carried one byte. Java processes collect their garbage before both readings.
 *
 * @param sessions how many sessions
 * @param jcmd the program that asks for the garbage collection
 */
record IdleMemory(int sessions, Path jcmd) implements Workload {

    private static final int AT_ONCE = 8;
    /** For sessions to become idle: buffers and threads may be given back only after a while. */
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final Duration QUIET_LIMIT = Duration.ofSeconds(60);

    /** What happens to a session once it is open. */
    private interface Use {
        void opened(Client client) throws IOException;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(new Metric(String.format(Locale.ROOT, "idle memory, %,d sessions: kB per session", sessions), 1));
    }

    @Override
    public boolean needsFreshProcesses() {
        return true;
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window)
            throws IOException, InterruptedException {
        if (set.owned().isEmpty()) {
            return new double[] {Double.NaN};
        }
        // So that what the first sessions load and compile is not counted; few at a time leave little memory behind.
        open(set.entry(), sessions, Client::close);
        SinkState.awaitQuiet(sink, QUIET_LIMIT);
        long before = settledBytes(set);
        Queue<Client> idle = new ConcurrentLinkedQueue<>();
        try {
            open(set.entry(), sessions, idle::add);
            long growth = settledBytes(set) - before;
            for (Client client : idle) {
                client.echo();
            }
            return new double[] {growth / 1e3 / sessions};
        } finally {
            for (Client client : idle) {
                client.close();
            }
        }
    }

    private static void open(InetSocketAddress entry, int count, Use use) throws IOException, InterruptedException {
        AtomicInteger left = new AtomicInteger(count);
        try (Clients clients = new Clients()) {
            for (int i = 0; i < AT_ONCE; i++) {
                clients.start(() -> {
                    boolean mine = left.getAndDecrement() > 0;
                    if (mine) {
                        use.opened(Client.connectAndEcho(entry));
                    }
                    return mine;
                });
            }
            clients.join();
            clients.check();
        }
    }

    private long settledBytes(ProcessSet set) throws IOException, InterruptedException {
        Thread.sleep(SETTLE);
        for (Child child : set.measured()) {
            if (ProcFs.isJava(child.pid())) {
                collectGarbage(child);
            }
        }
        return set.residentBytes();
    }

    private void collectGarbage(Child child) throws IOException, InterruptedException {
        List<String> command = List.of(jcmd.toString(), Long.toString(child.pid()), "GC.run");
        try (Child run = Child.start("jcmd", child.folder(), command, Map.of())) {
            run.awaitSuccess();
        }
    }
}
