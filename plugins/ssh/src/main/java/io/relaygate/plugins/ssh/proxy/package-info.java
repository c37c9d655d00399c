/**
 * The side towards clients of mode {@code proxy}: SSH ends here. The transport is Apache MINA SSHD's, and nothing outside this package
 * knows it; who logs in the core judges; what channels carry is passed on and not interpreted.
 */
@NullMarked
package io.relaygate.plugins.ssh.proxy;

import org.jspecify.annotations.NullMarked;
