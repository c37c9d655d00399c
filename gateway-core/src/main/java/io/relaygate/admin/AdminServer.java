package io.relaygate.admin;

import io.relaygate.observe.Metrics;
import io.relaygate.observe.ProcessGauges;
import io.relaygate.sdk.HostPort;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin port: {@code /healthz}, {@code /readyz}, {@code /metrics}, {@code POST /reload}, {@code POST /bench}, {@code
 * /plugins}, {@code /addresses}, {@code /sessions} and {@code /status} for who can read the token in {@code stateDir}, and
 * nothing for other accounts of this machine. Probes that have no token ask the {@link HealthServer}.
 *
 * <p>Requests must name this machine in their Host header: a web page in a browser on this machine that points its own
 * name at 127.0.0.1 is turned away.
 */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    private static final Set<String> COMMANDS = Set.of("/reload", "/bench");

    private final Controls controls;
    private final Metrics metrics;
    private final AdminToken token;
    private final WebServer server;

    /**
     * Listens.
     *
     * @param stateDir where the token is kept; made if it is missing
     * @throws IllegalArgumentException if the address is not a loopback address
     * @throws IOException if the address cannot be bound or the token cannot be kept; the message says which
     */
    public AdminServer(AdminSettings settings, Path stateDir, Controls controls, Metrics metrics) throws IOException {
        if (!InetAddress.getByName(settings.listen().host()).isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "admin.listen must be a loopback address such as 127.0.0.1:9090, found '" + settings.listen() + "'");
        }
        this.controls = controls;
        this.metrics = metrics;
        this.token = AdminToken.keep(stateDir);
        ProcessGauges.register(metrics);
        this.server = WebServer.start("admin.listen", settings.listen(), this::handle);
    }

    /** Where it listens. */
    public HostPort address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
    }

    private void handle(HttpServerExchange exchange) {
        // Health must be told even while both workers wait for something.
        if (exchange.getRequestPath().equals("/healthz") || exchange.getRequestPath().equals("/readyz")) {
            answer(exchange).send(exchange);
        } else {
            exchange.dispatch(e -> answer(e).send(e));
        }
    }

    private Answer answer(HttpServerExchange exchange) {
        if (!thisMachine(exchange.getRequestHeaders())) {
            return Answer.error(421, "the Host header must be localhost or a loopback address");
        }
        if (ofAnotherPage(exchange.getRequestHeaders())) {
            return Answer.error(403, "the request comes from a web page that is not this gateway's");
        }
        String authorization = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
        if (authorization == null || !token.proves(authorization)) {
            exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
            return Answer.error(401, "send 'Authorization: Bearer TOKEN' with the token in stateDir/" + AdminToken.FILE);
        }
        String method = exchange.getRequestMethod().toString();
        String allowed = COMMANDS.contains(exchange.getRequestPath()) ? "POST" : "GET";
        if (!method.equals(allowed) && !(method.equals("HEAD") && allowed.equals("GET"))) {
            exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
            return Answer.error(405, "only " + allowed + " is allowed");
        }
        return switch (exchange.getRequestPath()) {
            case "/healthz" -> Answer.json(200, Map.of("alive", true));
            case "/readyz" -> readiness(controls.readiness());
            case "/metrics" -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.exposition());
            case "/reload" -> reload();
            case "/bench" -> bench(exchange.getQueryParameters());
            case "/plugins" -> Answer.json(200, Map.of("plugins", controls.plugins().stream().map(JsonRecords::object).toList()));
            case "/addresses" -> Answer.json(200, Map.of("addresses", controls.addresses()));
            case "/status" -> Answer.json(200, JsonRecords.object(controls.status()));
            case "/sessions" -> Answer.json(200, Map.of("open", controls.sessions()));
            default -> Answer.error(404, "not found");
        };
    }

    private static Answer readiness(Readiness readiness) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("ready", readiness.ready());
        body.put("reasons", readiness.reasons());
        return Answer.json(readiness.ready() ? 200 : 503, body);
    }

    private Answer bench(Map<String, Deque<String>> parameters) {
        try {
            BenchRequest request = BenchQuery.read(parameters);
            LOG.atInfo().addKeyValue("destination", request.destination()).log("measurement asked for on the admin port");
            return Answer.json(200, JsonRecords.object(controls.bench(request)));
        } catch (IllegalArgumentException e) {
            return Answer.error(400, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Answer.error(422, String.valueOf(e.getMessage()));
        }
    }

    private Answer reload() {
        LOG.info("reload asked for on the admin port");
        List<String> problems;
        try {
            problems = controls.reload();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("reload failed");
            return Answer.error(500, "the reload failed; the gateway's log says why");
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("reloaded", problems.isEmpty());
        body.put("problems", problems);
        return Answer.json(problems.isEmpty() ? 200 : 422, body);
    }

    /** A browser says which page a request is made by (Fetch standard, section 3.2). */
    private static boolean ofAnotherPage(HeaderMap headers) {
        return headers.contains(Headers.ORIGIN)
                && !("http://" + headers.getFirst(Headers.HOST)).equals(headers.getFirst(Headers.ORIGIN));
    }

    private static boolean thisMachine(HeaderMap headers) {
        String host = headers.count(Headers.HOST) == 1 ? headers.getFirst(Headers.HOST) : "";
        String name = host.replaceFirst(":[0-9]{1,5}$", "");
        return name.equalsIgnoreCase("localhost") || name.equals("[::1]") || name.matches("127(\\.[0-9]{1,3}){3}");
    }
}
