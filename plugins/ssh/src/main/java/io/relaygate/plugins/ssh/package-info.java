/**
 * SSH. The protocol {@code ssh} lets sessions through whose beginning it has looked at (RFC 4253 sections 4.2 and 7.1).
 *
 * <p>Ways to destinations through SSH: the dialer {@code ssh} reaches them over a bastion, or over several in a row, with channels of
 * the type {@code direct-tcpip} (RFC 4254 section 7.2). JSch speaks SSH; the one class that reaches into it is
 * {@link com.jcraft.jsch.CreditPipe}.
 */
@NullMarked
package io.relaygate.plugins.ssh;

import org.jspecify.annotations.NullMarked;
