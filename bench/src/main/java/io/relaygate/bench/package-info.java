/**
 * The benchmark. {@link io.relaygate.bench.Benchmark} starts one set of processes for each {@link
 * io.relaygate.bench.Setup}, lets every {@link io.relaygate.bench.Workload} run against all of them in turn, round
 * after round, and {@link io.relaygate.bench.Table} makes one table of the medians. The processes of a set are measured
 * from outside, through {@code /proc}; the load comes from this process and goes to a {@link io.relaygate.bench.Sink} in
 * a process of its own, so neither is counted.
 */
@NullMarked
package io.relaygate.bench;

import org.jspecify.annotations.NullMarked;
