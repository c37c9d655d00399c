package io.relaygate.admin;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param type the content type
 */
record Answer(int status, String type, String body) {

    private static final HttpString NO_SNIFF = new HttpString("X-Content-Type-Options");

    static Answer json(int status, Object value) {
        return new Answer(status, "application/json", Json.text(value) + "\n");
    }

    /** Something went wrong; {@code reason} says what to do about it. */
    static Answer error(int status, String reason) {
        return json(status, Map.of("error", reason));
    }

    void send(HttpServerExchange exchange) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, type)
                .put(Headers.CACHE_CONTROL, "no-store")
                .put(NO_SNIFF, "nosniff");
        if (!exchange.isRequestComplete()) {
            // Nothing here takes a body, and waiting for the rest of one would let a client hold the connection for ever.
            exchange.setPersistent(false);
        }
        exchange.getResponseSender().send(body);
    }
}
