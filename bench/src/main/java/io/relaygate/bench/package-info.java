/**
 * The benchmark. In each {@link io.relaygate.bench.Stage}, on loopback and then over one {@link io.relaygate.bench.Link} after
 * the other, {@link io.relaygate.bench.Benchmark} starts one set of processes for each {@link io.relaygate.bench.Setup} and
 * lets every {@link io.relaygate.bench.Workload} run against all of them in turn, round after round; {@link
 * io.relaygate.bench.Table} makes a table of the medians. The processes of a set are measured from outside, through {@code
 * /proc}; the load comes from this process and goes to a {@link io.relaygate.bench.Sink} in a process of its own, and a link
 * is one too, so none of them is counted.
 */
@NullMarked
package io.relaygate.bench;

import org.jspecify.annotations.NullMarked;
