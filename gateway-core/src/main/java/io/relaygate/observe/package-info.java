/**
 * Metrics, events, audit records and the {@link io.relaygate.observe.Ending} of sessions. Knows nobody.
 */
@NullMarked
package io.relaygate.observe;

import org.jspecify.annotations.NullMarked;
