package io.relaygate.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One connection of the load generator: blocking, without delay, with a direct buffer of its own. */
final class Client implements AutoCloseable {

    private final SocketChannel channel;
    private final ByteBuffer buffer;

    private Client(SocketChannel channel, int size) {
        this.channel = channel;
        this.buffer = ByteBuffer.allocateDirect(size);
    }

    /** Connects and tells the sink behind {@code to} its {@code mode}; {@code size} is that of the buffer in bytes. */
    static Client connect(InetSocketAddress to, byte mode, int size) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(to);
            channel.write(ByteBuffer.wrap(new byte[] {mode}));
            return new Client(channel, size);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Connects for echoes, and returns when the first has come back: the whole path is there. */
    static Client connectAndEcho(InetSocketAddress to) throws IOException {
        Client client = connect(to, Sink.ECHO, 1);
        try {
            client.readSome();
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    /** Sends one byte and waits for it to come back. */
    void echo() throws IOException {
        writeAll();
        readSome();
    }

    /** Writes one buffer full, and returns its size. */
    int writeAll() throws IOException {
        return channel.write(buffer.clear());
    }

    /** Reads what is there, at least one byte, and returns how many. */
    int readSome() throws IOException {
        int n = channel.read(buffer.clear());
        if (n < 0) {
            throw new EOFException("the connection was closed by the other side");
        }
        return n;
    }

    /** Fails if the other side has closed the connection or broken it; what has come is thrown away. Not beside a reader. */
    void check() throws IOException {
        channel.configureBlocking(false);
        try {
            if (channel.read(buffer.clear()) < 0) {
                throw new EOFException("the connection was closed by the other side");
            }
        } finally {
            if (channel.isOpen()) {
                channel.configureBlocking(true);
            }
        }
    }

    /** Leaves without waiting for what is under way: it need not arrive. */
    void abort() throws IOException {
        if (channel.isOpen()) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        channel.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
