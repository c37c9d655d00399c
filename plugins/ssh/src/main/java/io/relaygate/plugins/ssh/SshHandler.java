package io.relaygate.plugins.ssh;

import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import java.io.IOException;

/** Serves the sessions of a route, each as its mode says. */
final class SshHandler implements ProtocolHandler {

    private final SshSettings settings;
    private final RouteContext context;

    SshHandler(SshSettings settings, RouteContext context) {
        this.settings = settings;
        this.context = context;
    }

    @Override
    public void handle(Session session) throws IOException {
        switch (settings.mode()) {
            case PASSTHROUGH -> new Passage(settings, context, session).run();
        }
    }
}
