/**
 * Health, readiness, metrics and the commands of the running gateway, over HTTP on a loopback port.
 */
@NullMarked
package io.relaygate.admin;

import org.jspecify.annotations.NullMarked;
