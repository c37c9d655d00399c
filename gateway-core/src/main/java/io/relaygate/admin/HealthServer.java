package io.relaygate.admin;

import io.relaygate.sdk.HostPort;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * For load balancers and supervisors: {@code /readyz} answers 200 or 503 and nothing else, {@code /healthz} 200 while the
 * process lives. It may be public, so the reasons stay on the admin port; probes leave no trace in the log.
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
        if (!exchange.getRequestMethod().equals(Methods.GET) && !exchange.getRequestMethod().equals(Methods.HEAD)) {
            return Answer.error(405, "only GET is allowed");
        }
        return switch (exchange.getRequestPath()) {
            case "/healthz" -> Answer.json(200, Map.of("alive", true));
            case "/readyz" -> {
                boolean ready = readiness.get().ready();
                yield Answer.json(ready ? 200 : 503, Map.of("ready", ready));
            }
            default -> Answer.error(404, "only /readyz and /healthz are here");
        };
    }

    @Override
    public void close() {
        server.close();
    }
}
