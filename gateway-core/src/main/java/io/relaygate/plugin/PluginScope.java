package io.relaygate.plugin;

/**
 * While it is open, the plugin's class loader is the context class loader of this thread, so that libraries inside the
 * plugin find their services there and never in the gateway.
 */
final class PluginScope implements AutoCloseable {

    private final Thread thread = Thread.currentThread();
    private final ClassLoader before = thread.getContextClassLoader();

    private PluginScope(ClassLoader plugin) {
        thread.setContextClassLoader(plugin);
    }

    static PluginScope of(ClassLoader plugin) {
        return new PluginScope(plugin);
    }

    @Override
    public void close() {
        thread.setContextClassLoader(before);
    }
}
