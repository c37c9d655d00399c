/** Redis on the wire (RESP2, RESP3 and inline commands): bytes to records and back, within bounds and without a connection's policy. */
@NullMarked
package io.relaygate.plugins.redis.wire;

import org.jspecify.annotations.NullMarked;
