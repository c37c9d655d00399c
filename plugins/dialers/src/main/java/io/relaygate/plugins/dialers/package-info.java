/**
 * Ways to destinations through proxies: {@code socks5} (RFC 1928, with a login by RFC 1929) and {@code http-connect} (RFC 9110
 * section 9.3.6). The proxy looks names up; it is told the addresses of the destination as they are configured.
 */
@NullMarked
package io.relaygate.plugins.dialers;

import org.jspecify.annotations.NullMarked;
