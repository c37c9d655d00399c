package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The running processes of one setup.
 *
 * @param entry where clients connect to reach the sink
 * @param owned the processes that this set has started and ends
 * @param measured the processes whose CPU and memory count
 */
record ProcessSet(InetSocketAddress entry, List<Child> owned, List<Child> measured) implements AutoCloseable {

    double cpuSeconds() throws IOException {
        double sum = 0;
        for (Child child : measured) {
            sum += child.cpuSeconds();
        }
        return sum;
    }

    long residentBytes() throws IOException {
        long sum = 0;
        for (Child child : measured) {
            sum += child.residentBytes();
        }
        return sum;
    }

    /** Ends the processes, the last started one first. */
    @Override
    public void close() {
        owned.reversed().forEach(Child::close);
    }
}
