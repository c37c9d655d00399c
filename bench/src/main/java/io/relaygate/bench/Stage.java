package io.relaygate.bench;

import java.util.List;

/**
 * What is measured over one link, or over loopback alone, with processes that live for this stage.
 *
 * @param setups in the order of the table's columns
 * @param workloads in the order of its rows
 */
record Stage(Link link, List<Setup> setups, List<Workload> workloads) {}
