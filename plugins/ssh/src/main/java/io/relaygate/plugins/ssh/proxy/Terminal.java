package io.relaygate.plugins.ssh.proxy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A client's terminal, as it says it.
 *
 * @param type its kind, {@code xterm-256color}; empty if it is not said
 * @param width in columns; 0 where the client does not know
 * @param height in rows
 */
record Terminal(String type, int width, int height) {

    /** One that nothing is known of. */
    static final Terminal UNKNOWN = new Terminal("", 0, 0);

    /** What {@code pty-req} says (RFC 4254 section 6.2); null if it says nothing that can be read. */
    static @Nullable Terminal asked(byte[] request) {
        try {
            ByteBuffer data = ByteBuffer.wrap(request);
            byte[] type = new byte[Math.clamp(data.getInt(), 0, data.remaining())];
            data.get(type);
            return new Terminal(new String(type, StandardCharsets.UTF_8), data.getInt(), data.getInt());
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    /** The same in the size that {@code window-change} says (RFC 4254 section 6.7). */
    Terminal resized(byte[] request) {
        return request.length < 2 * Integer.BYTES ? this : new Terminal(type, ByteBuffer.wrap(request).getInt(), ByteBuffer.wrap(request).getInt(Integer.BYTES));
    }
}
