package io.relaygate.tunnel;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * What an edge says of a new session.
 *
 * @param session its id, 32 hexadecimal digits
 * @param service the service that is asked for
 * @param entryPoint the edge's entry point
 * @param source where the client comes from, for people
 */
public record Open(String session, String service, String entryPoint, String source) {

    byte[] encode(int window) {
        return new Body()
                .number(4, window)
                .text(session)
                .text(service)
                .text(entryPoint)
                .text(source)
                .alone();
    }

    /** Reads the body of an OPEN frame behind its window. */
    static Open decode(ByteBuffer in) throws ProtocolException {
        try {
            return new Open(Body.text(in), Body.text(in), Body.text(in), Body.text(in));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new ProtocolException("malformed OPEN");
        }
    }
}
