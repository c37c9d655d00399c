package io.relaygate.azure;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** IMDS, App Service's identity endpoint, Microsoft Entra and a key vault on one port of this machine, as they are documented. */
final class LocalAzure implements AutoCloseable {

    /** What the vault answers. */
    record Answer(int status, Map<String, String> fields, String body) {
        static Answer secret(String value) {
            return new Answer(200, Map.of(), "{\"value\":\"" + value + "\",\"attributes\":{\"enabled\":true},\"id\":\"x\"}");
        }

        static Answer error(int status, String code, String message) {
            return new Answer(status, Map.of(), "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}");
        }
    }

    final Map<String, Answer> secrets = new ConcurrentHashMap<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile String lives = "3600";
    /** Whether the vault is as old as that of Azure Stack Hub. */
    volatile boolean old;
    /** Whether identities get tokens. */
    volatile boolean knows = true;
    private final HttpServer server;
    private final String scheme;

    LocalAzure() throws IOException {
        this("http", HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    private LocalAzure(String scheme, HttpServer server) {
        this.scheme = scheme;
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /** One that speaks TLS. */
    static LocalAzure secured(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new LocalAzure("https", server);
    }

    String address() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getQuery();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
        switch (path) {
            case "/metadata/identity/oauth2/token" -> token(exchange, "true".equals(exchange.getRequestHeaders().getFirst("Metadata")));
            case "/msi/token" -> token(exchange, "guard".equals(exchange.getRequestHeaders().getFirst("X-IDENTITY-HEADER")));
            case "/contoso/oauth2/v2.0/token" -> token(exchange,
                    body.contains("client_secret=%70%61%73%73") || body.contains("client_assertion=%65%79%4A"));
            default -> {
                String token = exchange.getRequestHeaders().getFirst("Authorization");
                Answer answer = secrets.getOrDefault(
                        path.replace("/secrets/", ""), Answer.error(404, "SecretNotFound", "none"));
                if (!"Bearer t0ken".equals(token)) {
                    answer = new Answer(401, Map.of("WWW-Authenticate", "Bearer authorization=\"https://login.windows.net/contoso\", "
                            + "resource=\"https://management.azure.com\""), "");
                } else if (query == null || !query.startsWith("api-version=")) {
                    answer = Answer.error(400, "BadParameter", "api-version must be specified");
                } else if (old && !query.equals("api-version=2016-10-01")) {
                    answer = Answer.error(400, "BadParameter", "The specified version (7.4) is not recognized. Consider using the latest"
                            + " supported version (7.1).");
                }
                send(exchange, answer);
            }
        }
    }

    private void token(HttpExchange exchange, boolean known) throws IOException {
        send(exchange, known && knows
                ? new Answer(200, Map.of(), "{\"token_type\":\"Bearer\",\"expires_in\":\"" + lives + "\",\"access_token\":\"t0ken\"}")
                : new Answer(401, Map.of(), "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided.\\r\\nTrace\"}"));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        answer.fields().forEach(exchange.getResponseHeaders()::set);
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
