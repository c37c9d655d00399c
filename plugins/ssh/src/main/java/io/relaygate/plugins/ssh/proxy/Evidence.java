package io.relaygate.plugins.ssh.proxy;

import org.jspecify.annotations.Nullable;

/**
 * Where it is kept what sessions of a route have done.
 *
 * @param metrics numbers
 * @param recordings what terminals have shown; null if that is not kept
 * @param sftp whether the audit is told what is done over sftp
 */
record Evidence(ProxyMetrics metrics, @Nullable Recordings recordings, boolean sftp) {}
