/**
 * How the author of a plugin tests it. Nothing here stands in for the gateway: the routes, sessions, callers, plugin host
 * and gateways are the real ones; clients and destinations are the test's.
 *
 * <ul>
 *   <li>{@link io.relaygate.sdk.testkit.TestRoute}: a route with the protocol, in memory, by a clock that stands still. Its
 *       {@link io.relaygate.sdk.testkit.TestRoute#atEveryCut} repeats a dialogue with the bytes cut, ended and broken off
 *       at every place.
 *   <li>{@link io.relaygate.sdk.testkit.TestGateways}: an edge, a relay and a site around the plugin's jar.
 *   <li>{@link io.relaygate.sdk.testkit.Reloads}: the jar is replaced again and again, and must leave memory.
 *   <li>{@link io.relaygate.sdk.testkit.NothingLeftBehind}: fails a test that leaves a session, thread or socket.
 * </ul>
 *
 * <p>What is wrong is an {@link AssertionError} that says where the handler is or was. A call waits at most as long as the
 * route's patience says, in real time.
 */
@NullMarked
package io.relaygate.sdk.testkit;

import org.jspecify.annotations.NullMarked;
