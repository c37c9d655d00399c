/**
 * Public keys and certificates as OpenSSH writes them, in files and on the wire: bytes to records and back, and whether a
 * signature is right. No policy, no session, no log.
 */
@NullMarked
package io.relaygate.access.ssh;

import org.jspecify.annotations.NullMarked;
