/**
 * Who is calling and may they: denies by default and on any error.
 */
@NullMarked
package io.relaygate.access;

import org.jspecify.annotations.NullMarked;
