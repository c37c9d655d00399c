/**
 * The protocol {@code ssh}: sessions that pass encrypted, of which it has looked at the beginning (RFC 4253 sections 4.2 and 7.1), and sessions that
 * end here and are carried on to targets. The dialer of that name, and SSH as a client, are in the packages below.
 */
@NullMarked
package io.relaygate.plugins.ssh;

import org.jspecify.annotations.NullMarked;
