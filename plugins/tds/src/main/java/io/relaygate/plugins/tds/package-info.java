/**
 * SQL Server behind a gateway: many servers behind one port. {@link io.relaygate.plugins.tds.TdsHandler} is the story; what the bytes mean
 * is in {@code wire}.
 */
@NullMarked
package io.relaygate.plugins.tds;

import org.jspecify.annotations.NullMarked;
