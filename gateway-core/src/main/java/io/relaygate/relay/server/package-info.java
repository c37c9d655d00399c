/**
 * The embedded relay: speaks Azure Relay's wire to listeners and senders, and hands connections over in memory inside
 * its own process.
 */
@NullMarked
package io.relaygate.relay.server;

import org.jspecify.annotations.NullMarked;
