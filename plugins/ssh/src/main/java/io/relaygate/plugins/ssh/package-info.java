/** What the gateway does with SSH; the parts are in the packages below. */
@NullMarked
package io.relaygate.plugins.ssh;

import org.jspecify.annotations.NullMarked;
