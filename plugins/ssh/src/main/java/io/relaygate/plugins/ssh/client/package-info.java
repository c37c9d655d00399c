/**
 * SSH as a client: logging in, and channels of any type whose readers may take their time (RFC 4254). JSch does the transport and the
 * authentication ({@link com.jcraft.jsch.Transport}); its channels are not used, see docs/decisions/0027-ssh-bastions.md.
 */
@NullMarked
package io.relaygate.plugins.ssh.client;

import org.jspecify.annotations.NullMarked;
