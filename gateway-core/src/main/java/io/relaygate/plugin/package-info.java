/**
 * PF4J behind one door: jars in, protocols by name out.
 *
 * <p>{@link io.relaygate.plugin.PluginHost} takes the jars of one folder, one at a time, and keeps what became of each. Of
 * PF4J it uses the descriptor reader, the version ranges and the class loader; its plugin manager is not used, because its
 * bulk calls let one bad jar hinder the others. Everything here runs while a gateway starts or stops; only
 * {@link io.relaygate.plugin.HostedProtocol} stands between a session and a plugin, to set the context class loader.
 */
@NullMarked
package io.relaygate.plugin;

import org.jspecify.annotations.NullMarked;
