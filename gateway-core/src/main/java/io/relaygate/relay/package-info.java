/**
 * Azure Relay on the wire, as a client: tokens, control channel, rendezvous, sender. Anything that speaks this wire is
 * reached through {@link io.relaygate.relay.Relay}.
 */
@NullMarked
package io.relaygate.relay;

import org.jspecify.annotations.NullMarked;
