/**
 * PF4J behind one door: jars in, protocols by name out.
 */
@NullMarked
package io.relaygate.plugin;

import org.jspecify.annotations.NullMarked;
