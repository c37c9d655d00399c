/**
 * HTTP: reads each request, finds its destination by host and path, and passes on what is clean. {@link
 * io.relaygate.plugins.http.HttpHandler} is one connection, {@code Conversation} its requests, {@code Exchange} one of them.
 */
@NullMarked
package io.relaygate.plugins.http;

import org.jspecify.annotations.NullMarked;
