/**
 * The protocol {@code ssh}: sessions pass whose beginning it has looked at (RFC 4253 sections 4.2 and 7.1). The dialer of that name, and SSH as a
 * client, are in the packages below.
 */
@NullMarked
package io.relaygate.plugins.ssh;

import org.jspecify.annotations.NullMarked;
