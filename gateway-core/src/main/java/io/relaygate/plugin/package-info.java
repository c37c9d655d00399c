/**
 * PF4J behind one door: jars in, protocols by name out.
 *
 * <p>{@link io.relaygate.plugin.PluginHost} takes the jars of one folder, one at a time, and keeps what became of each. Of
 * PF4J it uses the descriptor reader, the version ranges and the class loader; its plugin manager is not used, because its
 * bulk calls let one bad jar hinder the others. Each look at the folder gives a {@link io.relaygate.plugin.PluginSet}; a
 * plugin lives as long as a set has it, so that sessions finish on what they began with. Everything here runs while a gateway
 * starts, reloads or stops; only {@link io.relaygate.plugin.HostedProtocol} stands between a session and a plugin, to set the
 * context class loader.
 */
@NullMarked
package io.relaygate.plugin;

import org.jspecify.annotations.NullMarked;
