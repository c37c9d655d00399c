/**
 * HTTP/2 (RFC 9113) over a connection, as server and as client: Jetty's parser and generator of frames, and on them streams that
 * one thread reads and another one writes as if each were a connection of its own.
 */
@NullMarked
package io.relaygate.plugins.http.h2;

import org.jspecify.annotations.NullMarked;
