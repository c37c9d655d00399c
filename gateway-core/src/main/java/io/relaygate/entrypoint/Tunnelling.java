package io.relaygate.entrypoint;

import io.relaygate.net.Threads;
import io.relaygate.tunnel.Budget;
import io.relaygate.tunnel.LaneSlots;
import io.relaygate.tunnel.TunnelSettings;

/**
 * What entry points in tunnel mode need of the process.
 *
 * @param instance its name that no other living process has
 * @param budget the memory that may be promised to edges
 * @param slots where lanes are shown
 */
public record Tunnelling(String instance, TunnelSettings settings, Threads threads, Budget budget, LaneSlots slots) {}
