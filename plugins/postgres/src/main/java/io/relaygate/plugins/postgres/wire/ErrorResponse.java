package io.relaygate.plugins.postgres.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An error that ends a session before it has begun.
 *
 * @param sqlState five letters and digits ("PostgreSQL Error Codes")
 * @param message for people
 */
public record ErrorResponse(String sqlState, String message) {

    /** As it is on the wire, severity FATAL. */
    public byte[] encode() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        field(body, 'S', "FATAL");
        field(body, 'V', "FATAL");
        field(body, 'C', sqlState);
        field(body, 'M', message);
        body.write(0);
        return new Message('E', ByteBuffer.wrap(body.toByteArray())).encode();
    }

    private static void field(ByteArrayOutputStream body, char type, String text) {
        body.write(type);
        body.writeBytes(text.replace('\0', ' ').getBytes(StandardCharsets.UTF_8));
        body.write(0);
    }
}
