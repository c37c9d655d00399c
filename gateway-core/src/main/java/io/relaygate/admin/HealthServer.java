package io.relaygate.admin;

import io.relaygate.sdk.HostPort;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Readiness for load balancers, at {@code /readyz}: 200 or 503 and nothing else. It may be public, so the reasons stay
 * on the admin port; probes leave no trace in the log.
 */
public final class HealthServer implements AutoCloseable {

    private final WebServer server;
    private final Supplier<Readiness> readiness;

    /**
     * Listens.
     *
     * @param readiness asked at every probe; must not block
     * @throws IOException if the address cannot be bound; the message names it
     */
    public HealthServer(AdminSettings.Health settings, Supplier<Readiness> readiness) throws IOException {
        this.readiness = readiness;
        this.server = WebServer.start("health.listen", settings.listen(), this::handle);
    }

    /** Where it listens. */
    public HostPort address() {
        return server.address();
    }

    private void handle(HttpServerExchange exchange) {
        answer(exchange).send(exchange);
    }

    private Answer answer(HttpServerExchange exchange) {
        if (!exchange.getRequestPath().equals("/readyz")) {
            return Answer.error(404, "only /readyz is here");
        }
        if (!exchange.getRequestMethod().equals(Methods.GET) && !exchange.getRequestMethod().equals(Methods.HEAD)) {
            return Answer.error(405, "only GET is allowed");
        }
        boolean ready = readiness.get().ready();
        return Answer.json(ready ? 200 : 503, Map.of("ready", ready));
    }

    @Override
    public void close() {
        server.close();
    }
}
