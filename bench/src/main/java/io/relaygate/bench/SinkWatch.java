package io.relaygate.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A connection that asks the sink again and again, past all that is measured. It is there before the load comes: a new
 * connection would wait for its turn behind a hundred busy ones.
 */
final class SinkWatch implements AutoCloseable {

    private final SocketChannel channel;

    /** What the sink answers. */
    private record Answer(int open, ByteBuffer counts) {}

    SinkWatch(InetSocketAddress sink) throws IOException {
        channel = SocketChannel.open(sink);
    }

    /** How many connections the sink serves now. */
    int open() throws IOException {
        return ask().open();
    }

    /** How much each connection that takes has taken so far, always in the same order. */
    long[] counts() throws IOException {
        ByteBuffer counts = ask().counts();
        long[] all = new long[counts.remaining() / 8];
        counts.asLongBuffer().get(all);
        return all;
    }

    private Answer ask() throws IOException {
        channel.write(ByteBuffer.wrap(new byte[] {Sink.WATCH}));
        ByteBuffer head = read(8);
        return new Answer(head.getInt(), read(8 * head.getInt()));
    }

    private ByteBuffer read(int bytes) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(bytes);
        while (answer.hasRemaining()) {
            if (channel.read(answer) < 0) {
                throw new EOFException("the sink closed without an answer");
            }
        }
        return answer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
