package io.relaygate.plugin;

import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.Protocol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The plugins that were found at one time: what one configuration is bound against, and its sessions run on. Two sets share
 * the plugins whose jars did not change between them. Any thread.
 */
public final class PluginSet implements AutoCloseable {

    private final PluginHost host;
    private volatile List<LoadedPlugin> plugins;
    private final List<PluginStatus> statuses;
    private final AtomicBoolean closed = new AtomicBoolean();

    PluginSet(PluginHost host, List<LoadedPlugin> plugins, List<PluginStatus> statuses) {
        this.host = host;
        this.plugins = List.copyOf(plugins);
        this.statuses = List.copyOf(statuses);
    }

    /** What became of every jar, in the order of their names. */
    public List<PluginStatus> list() {
        return statuses;
    }

    /** The protocols of all plugins, by name; none when this set is closed. */
    public Map<String, Protocol<?>> protocols() {
        Map<String, Protocol<?>> all = new LinkedHashMap<>();
        plugins.forEach(plugin -> all.putAll(plugin.protocols()));
        return Collections.unmodifiableMap(all);
    }

    /** The dialers of all plugins, by name; none when this set is closed. */
    public Map<String, Dialer<?>> dialers() {
        Map<String, Dialer<?>> all = new LinkedHashMap<>();
        plugins.forEach(plugin -> all.putAll(plugin.dialers()));
        return Collections.unmodifiableMap(all);
    }

    List<LoadedPlugin> plugins() {
        return plugins;
    }

    /** Closes the plugins that no other set has. Does nothing the second time. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            host.release(plugins);
            // Whoever still has this set shall not hold class loaders by it.
            plugins = List.of();
        }
    }
}
