/**
 * Named places: addresses, or services at sites behind a relay.
 */
@NullMarked
package io.relaygate.destination;

import org.jspecify.annotations.NullMarked;
