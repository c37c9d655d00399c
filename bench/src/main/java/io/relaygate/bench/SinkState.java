package io.relaygate.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * What a {@link Sink} says of itself.
 *
 * @param taken bytes that it has received since its start
 * @param open connections that it serves now
 */
record SinkState(long taken, int open) {

    /** Asks the sink at {@code address}, past all that is measured. */
    static SinkState of(InetSocketAddress address) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            channel.write(ByteBuffer.wrap(new byte[] {Sink.STATE}));
            ByteBuffer answer = ByteBuffer.allocate(12);
            while (answer.hasRemaining()) {
                if (channel.read(answer) < 0) {
                    throw new EOFException("the sink closed without an answer");
                }
            }
            answer.flip();
            return new SinkState(answer.getLong(), answer.getInt());
        }
    }

    /** Waits until all connections of the sink have ended, so that one measurement does not reach into the next. */
    static void awaitQuiet(InetSocketAddress address, Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (int open = of(address).open(); open > 0; open = of(address).open()) {
            if (System.nanoTime() > end) {
                throw new IOException("%d connections were still open at the sink %d s after their clients had left"
                        .formatted(open, limit.toSeconds()));
            }
            Thread.sleep(10);
        }
    }
}
