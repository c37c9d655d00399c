/**
 * Who calls, request by request: {@link io.relaygate.plugins.http.callers.Door} is what is asked at one place, {@link
 * io.relaygate.plugins.http.callers.Logins} asks it on one connection.
 */
@NullMarked
package io.relaygate.plugins.http.callers;

import org.jspecify.annotations.NullMarked;
