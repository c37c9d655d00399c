package io.relaygate.plugins.ssh;

import io.relaygate.plugins.ssh.SshSettings.Mode;
import io.relaygate.plugins.ssh.proxy.Proxy;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Serves the sessions of a route, each as its mode says. */
final class SshHandler implements ProtocolHandler {

    private final SshSettings settings;
    private final RouteContext context;
    private final @Nullable Proxy proxy;

    /**
     * As the settings say.
     *
     * @throws IllegalArgumentException if they cannot work
     */
    SshHandler(SshSettings settings, RouteContext context) {
        this.settings = settings;
        this.context = context;
        this.proxy = settings.mode() == Mode.PROXY ? new Proxy(settings.proxy(), context) : null;
    }

    @Override
    public void handle(Session session) throws IOException {
        switch (settings.mode()) {
            case PASSTHROUGH -> new Passage(settings, context, session).run();
            case PROXY -> Objects.requireNonNull(proxy).serve(session);
        }
    }
}
