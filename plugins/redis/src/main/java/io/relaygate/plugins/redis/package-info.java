/**
 * Redis, protocol versions 2 and 3. Who logs in is read from AUTH and HELLO: the route's identity providers judge it, or it picks
 * the destination. Commands can be allowed and denied by name.
 *
 * <p>Replies are not counted: pushes, pub/sub, MONITOR, CLIENT REPLY and blocking commands make that a guess. In place of a
 * command that it answers itself, the gateway sends a command that no server knows and whose name cannot be guessed, and
 * replaces the error that comes back for it, wherever it comes. So an answer stands where the server's would, and in MULTI
 * the transaction fails, as it does when Redis' own access lists refuse a command.
 */
@NullMarked
package io.relaygate.plugins.redis;

import org.jspecify.annotations.NullMarked;
