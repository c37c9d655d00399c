/**
 * What a plugin may see of the gateway.
 *
 * <p>A plugin is one jar with one {@link io.relaygate.sdk.GatewayPlugin}, named by {@code Plugin-Class} in its
 * manifest. It brings {@linkplain io.relaygate.sdk.Protocol protocols}; a route of the configuration names one of
 * them and gives it settings. For every connection that reaches the route the gateway makes one
 * {@link io.relaygate.sdk.Session} and calls {@link io.relaygate.sdk.ProtocolHandler#handle} once, on one thread of
 * unspecified kind. The handler reads what it needs to decide, dials, and carries the bytes until the session is over.
 *
 * <p><b>Blocking.</b> All calls block and read top to bottom. The gateway ends a session by closing its connections,
 * never by interrupting its thread: a handler needs no cancellation logic, it only lets {@code IOException} pass.
 *
 * <p><b>Failing.</b> {@link io.relaygate.sdk.RefusedException} says that the caller may not go on, and why;
 * {@code IOException} says that a connection failed. Anything else that leaves a handler is a defect of the plugin:
 * its session ends as BROKEN, the stack is logged once, the gateway lives.
 *
 * <p><b>A plugin never</b> opens sockets, starts threads outside {@link io.relaygate.sdk.Session#fork}, or keeps a
 * session, a connection or anything reachable from them after {@code handle} has returned.
 */
@NullMarked
package io.relaygate.sdk;

import org.jspecify.annotations.NullMarked;
