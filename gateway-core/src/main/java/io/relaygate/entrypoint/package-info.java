/**
 * Where connections arrive: TCP ports, Unix sockets, hybrid connections listened on. Gives every arrival to one consumer.
 */
@NullMarked
package io.relaygate.entrypoint;

import org.jspecify.annotations.NullMarked;
