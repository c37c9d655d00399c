package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.wire.Fields;
import java.io.IOException;

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

    /** What {@code pty-req} says (RFC 4254 section 6.2); {@link #UNKNOWN} if that cannot be read. */
    static Terminal asked(byte[] request) {
        Fields fields = new Fields(request, 0, request.length);
        try {
            return new Terminal(fields.text(), fields.int32(), fields.int32());
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** The same in the size that {@code window-change} says (RFC 4254 section 6.7). */
    Terminal resized(byte[] request) {
        Fields fields = new Fields(request, 0, request.length);
        try {
            return new Terminal(type, fields.int32(), fields.int32());
        } catch (IOException e) {
            return this;
        }
    }
}
