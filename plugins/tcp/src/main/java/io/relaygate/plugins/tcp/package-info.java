/** Raw TCP: connects a session to the destination that its route names and carries the bytes as they are. */
@NullMarked
package io.relaygate.plugins.tcp;

import org.jspecify.annotations.NullMarked;
