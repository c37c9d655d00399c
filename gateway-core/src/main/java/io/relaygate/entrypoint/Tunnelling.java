package io.relaygate.entrypoint;

import io.relaygate.access.Trust;
import io.relaygate.net.Threads;
import io.relaygate.tunnel.Budget;
import io.relaygate.tunnel.CarrierRefusals;
import io.relaygate.tunnel.LaneSlots;
import io.relaygate.tunnel.TunnelSettings;
import java.util.function.UnaryOperator;

/**
 * What entry points in tunnel mode need of the process.
 *
 * @param instances gives every end of a tunnel, for what it is for, a name that no other living one has, here or
 *     elsewhere, and that it has again after a restart
 * @param budget the memory that may be promised to edges
 * @param slots where lanes are shown
 * @param trust which edges are known
 * @param refusals counts the carriers that are not taken
 */
public record Tunnelling(
        UnaryOperator<String> instances, TunnelSettings settings, Threads threads, Budget budget, LaneSlots slots, Trust trust,
        CarrierRefusals refusals) {}
