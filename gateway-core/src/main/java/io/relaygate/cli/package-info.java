/**
 * The command line; the only room that prints or exits.
 */
@NullMarked
package io.relaygate.cli;

import org.jspecify.annotations.NullMarked;
