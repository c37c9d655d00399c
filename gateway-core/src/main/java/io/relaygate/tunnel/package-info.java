/**
 * Sessions that survive the relay, many over few connections. A <em>lane</em> is an exactly-once, ordered pipe of bytes
 * between one edge process and one site process, on one relay connection (<em>carrier</em>) at a time; the <em>mux</em>
 * above it knows sessions and never hears of loss. The wire is described in {@code docs/tunnel.md}.
 *
 * <p>The state machines ({@link Lane}, {@link Carrier}, {@link Mux}) do no input or output, start no thread and read no
 * clock: they are driven by {@link CarrierLoop} in production and by a simulated network in tests. Everything of a lane
 * is guarded by its one lock.
 */
@NullMarked
package io.relaygate.tunnel;

import org.jspecify.annotations.NullMarked;
