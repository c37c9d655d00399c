package io.relaygate.plugins.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.relaygate.plugins.http.wire.Fields;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * How a server of HTTP/1.1 shows that it has understood that a WebSocket is wanted (RFC 6455 section 4.2.2). HTTP/2 has no need of
 * it (RFC 8441 section 5); so who goes between the two asks, or answers, itself.
 *
 * @param text what the client says
 */
record WebSocketKey(String text) {

    private static final String NAME = "Sec-WebSocket-Key";
    private static final String ACCEPT = "Sec-WebSocket-Accept";
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int BYTES = 16;

    /** One that nobody else has. */
    static WebSocketKey fresh() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return new WebSocketKey(Base64.getEncoder().encodeToString(random));
    }

    /** Whether a request asks for a WebSocket and has no key. */
    static boolean isMissing(Fields asked) {
        return asked.names("Upgrade", "websocket") && !asked.has(NAME);
    }

    /** The fields of a request that shows it to a server. */
    Fields with(Fields asked) {
        return asked.copy().add(NAME, text);
    }

    /** Answers a client, if it has asked with a key. */
    static void answer(Fields asked, Fields answer) {
        String key = asked.first(NAME);
        if (key != null) {
            answer.set(ACCEPT, new WebSocketKey(key).accept());
        }
    }

    /** Whether a server's answer is the one to this key; takes it out of the answer. */
    boolean isAnsweredBy(Fields answer) {
        boolean right = answer.count(ACCEPT) == 1 && accept().equals(answer.first(ACCEPT));
        answer.remove(ACCEPT);
        return right;
    }

    private String accept() {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest((text + GUID).getBytes(ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
