/**
 * What {@code relaygate doctor} looks at, from where it stands: files, the process' limits, the way to every namespace and
 * destination, and what the relays think of our keys. Serves nothing and leaves nothing behind. Only commands call it.
 */
@NullMarked
package io.relaygate.doctor;

import org.jspecify.annotations.NullMarked;
