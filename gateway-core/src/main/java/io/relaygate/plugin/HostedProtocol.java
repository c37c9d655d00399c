package io.relaygate.plugin;

import io.relaygate.sdk.FirstBytes;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.Recognition;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A plugin's protocol as the gateway sees it: asked what it is once, called within the plugin's scope. */
record HostedProtocol<S extends Record>(
        Protocol<S> protocol,
        String name,
        Class<S> settings,
        List<String> alpn,
        boolean judges,
        boolean recognises,
        ClassLoader loader)
        implements Protocol<S> {

    @Override
    public Recognition recognise(FirstBytes first) throws IOException {
        try (PluginScope _ = PluginScope.of(loader)) {
            return Objects.requireNonNull(protocol.recognise(first), () -> "the protocol '" + name + "' recognised null");
        }
    }

    @Override
    public ProtocolHandler open(S values, RouteContext context) {
        try (PluginScope _ = PluginScope.of(loader)) {
            ProtocolHandler handler = Objects.requireNonNull(
                    protocol.open(values, context), () -> "the protocol '" + name + "' opened no handler");
            return new HostedHandler(handler, loader);
        }
    }

    private record HostedHandler(ProtocolHandler handler, ClassLoader loader) implements ProtocolHandler {

        @Override
        public void handle(Session session) throws IOException {
            try (PluginScope _ = PluginScope.of(loader)) {
                handler.handle(session);
            }
        }

        @Override
        public @Nullable Explained explain(SessionFacts facts, List<String> asked) throws RefusedException {
            try (PluginScope _ = PluginScope.of(loader)) {
                return handler.explain(facts, asked);
            }
        }

        @Override
        public List<String> openPlaces() {
            try (PluginScope _ = PluginScope.of(loader)) {
                return List.copyOf(handler.openPlaces());
            }
        }

        @Override
        public List<String> notes() {
            try (PluginScope _ = PluginScope.of(loader)) {
                return List.copyOf(handler.notes());
            }
        }

        @Override
        public void close() {
            try (PluginScope _ = PluginScope.of(loader)) {
                handler.close();
            }
        }
    }
}
