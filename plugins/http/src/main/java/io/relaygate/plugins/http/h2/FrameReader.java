package io.relaygate.plugins.http.h2;

import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http2.parser.Parser;

/** Reads the frames of one connection. One thread. */
final class FrameReader {

    private static final int IN_VAIN = 256 * 1024;

    private final Connection connection;
    private final Buffers buffers;
    private final Parser parser;

    FrameReader(Connection connection, Buffers buffers, Parser parser) {
        this.connection = connection;
        this.buffers = buffers;
        this.parser = parser;
    }

    /** Reads until the peer has said all, or nobody wants more. Holds no buffer while it waits. */
    void hearUntil(BooleanSupplier over) throws IOException {
        while (!over.getAsBoolean() && connection.peek(1).hasRemaining()) {
            byte[] buffer = buffers.take();
            try {
                int n = connection.in().read(buffer, 0, buffer.length);
                parser.parse(ByteBuffer.wrap(buffer, 0, Math.max(n, 0)));
            } finally {
                buffers.give(buffer);
            }
        }
    }

    /** Reads on, so that the peer hears why nobody wants more, whatever it is still sending. */
    void hearInVain() throws IOException {
        byte[] unheard = new byte[4096];
        int all = 0;
        for (int n = 0; n >= 0 && all < IN_VAIN; n = connection.in().read(unheard)) {
            all += n;
        }
    }
}
