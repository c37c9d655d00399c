package io.relaygate.relay;

import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.sdk.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What the gateway itself answers to an HTTP request of a relay.
 *
 * @param status 400 to 599
 * @param sentence why, for people
 */
record OwnResponse(int status, String sentence) {

    /** What a session that was refused is told. */
    static OwnResponse of(RefusedException why) {
        int status =
                switch (why.reason()) {
                    case MALFORMED -> 400;
                    case NOT_ALLOWED -> 403;
                    case NOT_FOUND -> 404;
                    case UNREACHABLE -> 502;
                    case BUSY, NO_SITE, NO_RELAY -> 503;
                };
        return new OwnResponse(status, String.valueOf(why.getMessage()));
    }

    byte[] body() {
        return (sentence + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Its head.
     *
     * @param toHead whether it is the answer to a HEAD, and so has no body
     */
    Response head(String requestId, boolean toHead) {
        Map<String, String> fields = Map.of("Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store");
        return new Response(requestId, status, phrase(), fields, !toHead);
    }

    private String phrase() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "";
        };
    }
}
