package io.relaygate.plugin;

import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.DialerContext;
import io.relaygate.sdk.DialerHandle;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;

/** A plugin's dialer as the gateway sees it: asked what it is once, called within the plugin's scope. */
record HostedDialer<S extends Record>(Dialer<S> dialer, String name, Class<S> settings, ClassLoader loader) implements Dialer<S> {

    @Override
    public DialerHandle open(S values, DialerContext context) {
        try (PluginScope _ = PluginScope.of(loader)) {
            DialerHandle handle =
                    Objects.requireNonNull(dialer.open(values, context), () -> "the dialer '" + name + "' opened no handle");
            return new HostedHandle(handle, loader);
        }
    }

    private record HostedHandle(DialerHandle handle, ClassLoader loader) implements DialerHandle {

        @Override
        public void requireTakes(DialTarget target) {
            try (PluginScope _ = PluginScope.of(loader)) {
                handle.requireTakes(target);
            }
        }

        @Override
        public Connection dial(DialTarget target, Instant deadline) throws IOException {
            try (PluginScope _ = PluginScope.of(loader)) {
                return Objects.requireNonNull(handle.dial(target, deadline), "a dialer gave no connection");
            }
        }

        @Override
        public void close() {
            try (PluginScope _ = PluginScope.of(loader)) {
                handle.close();
            }
        }
    }
}
