/**
 * HTTP/1.1 on the wire, both ways: bytes to heads and bodies, and heads and bodies to bytes in canonical form. RFC 9112, and of
 * RFC 9110 what is about the form of fields.
 */
@NullMarked
package io.relaygate.plugins.http.wire;

import org.jspecify.annotations.NullMarked;
