/** SSH: the protocol {@code ssh}, whose modes let sessions through or end them here, and the dialer {@code ssh}; their parts are in the packages below. */
@NullMarked
package io.relaygate.plugins.ssh;

import org.jspecify.annotations.NullMarked;
