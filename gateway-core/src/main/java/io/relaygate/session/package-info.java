/**
 * One connection's life: its dials, its deadlines, its ending, its audit line.
 */
@NullMarked
package io.relaygate.session;

import org.jspecify.annotations.NullMarked;
