package io.relaygate.dist;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A key vault with one secret, and the identity endpoint of App Service, on this machine. */
final class LocalVault implements AutoCloseable {

    static final String TOKEN = "planted-vault-token-58d1a0c3";
    static final String HEADER = "planted-identity-header-0b77e2";

    private final HttpServer server;
    private volatile String secret = "";

    LocalVault() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/msi/token", exchange -> answer(
                exchange,
                "X-IDENTITY-HEADER",
                HEADER,
                "{\"access_token\":\"" + TOKEN + "\",\"expires_in\":3600,\"token_type\":\"Bearer\"}"));
        server.createContext("/secrets/site", exchange -> answer(
                exchange, "Authorization", "Bearer " + TOKEN, "{\"value\":\"" + secret + "\",\"attributes\":{\"enabled\":true}}"));
        server.start();
    }

    /** From now on it holds this. */
    void secret(String value) {
        secret = value;
    }

    String address() {
        return base() + "/secrets/site";
    }

    /** By which a process knows its identity. */
    Map<String, String> environment() {
        return Map.of("IDENTITY_ENDPOINT", base() + "/msi/token", "IDENTITY_HEADER", HEADER);
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, String field, String wanted, String body) throws IOException {
        try (exchange) {
            boolean known = wanted.equals(exchange.getRequestHeaders().getFirst(field));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 401, known ? bytes.length : -1);
            if (known) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
