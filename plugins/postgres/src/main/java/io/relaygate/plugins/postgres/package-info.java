/**
 * PostgreSQL (frontend/backend protocol 3): one port for many servers, chosen by database and user. TLS to the client ends here,
 * TLS to the server begins here, and every refusal is an error of the protocol's own.
 */
@NullMarked
package io.relaygate.plugins.postgres;

import org.jspecify.annotations.NullMarked;
