package io.relaygate.plugins.tds;

import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** Serves the sessions of a route, each as its mode says. */
final class TdsHandler implements ProtocolHandler {

    private final TdsSettings settings;
    private final RouteContext context;
    private final Statements statements;
    private final FailedLogins failed = new FailedLogins();

    TdsHandler(TdsSettings settings, RouteContext context) {
        this.settings = settings;
        this.context = context;
        this.statements = new Statements(context);
    }

    @Override
    public void handle(Session session) throws IOException {
        switch (settings.mode()) {
            case PASSTHROUGH -> {
                DestinationName to = session.facts().to();
                session.forward(Objects.requireNonNull(to));
            }
            case SNI -> new Passage(settings, context, session).run();
            case TERMINATE -> new Termination(settings, context, statements, failed, session).run();
        }
    }

    @Override
    public Explained explain(SessionFacts facts, List<String> asked) throws RefusedException {
        return new Preview(settings, facts).of(asked);
    }
}
