/**
 * The gateway on a page: configuration in, running gateway out. Wires the rooms; holds no logic of theirs.
 */
@NullMarked
package io.relaygate;

import org.jspecify.annotations.NullMarked;
