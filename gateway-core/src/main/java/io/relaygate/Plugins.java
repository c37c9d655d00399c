package io.relaygate;

import io.relaygate.admin.Controls;
import io.relaygate.plugin.PluginHost;
import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The plugins of one folder, loaded: what a gateway is started with, and what a configuration is checked against. */
public final class Plugins implements AutoCloseable {

    private final PluginHost host;

    private Plugins(PluginHost host) {
        this.host = host;
    }

    /**
     * Loads every jar of a folder. One that cannot be used is {@linkplain #list listed} with its reason.
     *
     * @param work where private copies of the jars may be kept
     * @param version the gateway's version, against which plugins declare what they need
     * @throws IOException if the folder cannot be read, or no place for the copies is found; the message is for people
     */
    public static Plugins load(Path folder, Path work, String version) throws IOException {
        PluginHost host = new PluginHost(folder, work, version);
        try {
            host.load();
            return new Plugins(host);
        } catch (IOException | RuntimeException e) {
            host.close();
            throw e;
        }
    }

    /** What became of every jar. */
    public List<Controls.Plugin> list() {
        return list(host);
    }

    static List<Controls.Plugin> list(PluginHost host) {
        return host.list().stream()
                .map(each -> new Controls.Plugin(
                        each.file(), each.id(), each.version(), each.protocols(), each.state().name(), each.reason()))
                .toList();
    }

    /** The protocols that routes can name. */
    public Map<String, Protocol<?>> protocols() {
        return host.protocols();
    }

    /** For the gateway that takes them over. */
    PluginHost host() {
        return host;
    }

    @Override
    public void close() {
        host.close();
    }
}
