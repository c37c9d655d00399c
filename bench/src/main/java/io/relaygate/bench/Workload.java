package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** A kind of load. */
sealed interface Workload permits Bulk, PingPong, PingBeside, Connections, IdleMemory, LongBulk, WebRequests, WebBulk,
        SqlLogins, SqlBatches, SqlResults, SshCopies {

    /** Its name on the command line. */
    String name();

    /** What it measures, in the order of its values. */
    List<Metric> metrics();

    /**
     * Loads the set for about {@code window} and measures.
     *
     * @param sink the sink's address, past what is measured
     * @return a value for each of the metrics, in their order; NaN where the set has none
     * @throws IOException also if a connection broke: then the values would be worth nothing
     */
    double[] measure(ProcessSet set, InetSocketAddress sink, Duration window) throws IOException, InterruptedException;

    /** What lies between the two sides of a setup while it loads it. */
    default Link link() {
        return Link.NONE;
    }

    /** Whether each measurement needs processes of its own, freshly started. */
    default boolean needsFreshProcesses() {
        return false;
    }
}
