/**
 * Connections, buffers, threads, deadlines, the TLS engine, the ClientHello, the splice and the
 * RFC 6455 codec. Knows neither the relay nor the configuration.
 */
@NullMarked
package io.relaygate.net;

import org.jspecify.annotations.NullMarked;
