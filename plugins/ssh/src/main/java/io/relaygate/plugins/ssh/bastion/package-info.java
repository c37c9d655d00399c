/**
 * The dialer {@code ssh}: destinations are reached over a bastion, or over several in a row, with channels of the type
 * {@code direct-tcpip} (RFC 4254 section 7.2) or {@code direct-streamlocal@openssh.com}.
 */
@NullMarked
package io.relaygate.plugins.ssh.bastion;

import org.jspecify.annotations.NullMarked;
