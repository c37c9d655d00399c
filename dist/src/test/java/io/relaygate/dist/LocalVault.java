package io.relaygate.dist;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A key vault with one secret, the identity endpoint of App Service, and Microsoft Entra for one application, on this machine. */
final class LocalVault implements AutoCloseable {

    static final String TOKEN = "planted-vault-token-58d1a0c3";
    static final String CLIENT_SECRET = "planted-client-secret-c41d7f09";
    static final String ENTRA_TOKEN = "planted-entra-token-9a3be6d2";
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
        server.createContext("/contoso/oauth2/v2.0/token", exchange -> {
            String form = URLDecoder.decode(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            boolean known = form.contains("client_secret=" + CLIENT_SECRET) && form.contains("scope=https://relay.azure.net//.default");
            answer(exchange, known ? 200 : 401, known
                    ? "{\"access_token\":\"" + ENTRA_TOKEN + "\",\"expires_in\":3600,\"token_type\":\"Bearer\"}"
                    : "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided.\"}");
        });
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

    /** The credential of its application, whose secret is in a file, as settings without braces. */
    String application(String file) {
        return "tenant: contoso, clientId: me, clientSecret: \"${file:" + file + "}\", authority: \"" + base() + "\"";
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, String field, String wanted, String body) throws IOException {
        boolean known = wanted.equals(exchange.getRequestHeaders().getFirst(field));
        answer(exchange, known ? 200 : 401, known ? body : "{}");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
