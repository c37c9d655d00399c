package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Where the load goes: a server on a free loopback port. The first byte of a connection says what it is to do with it:
 * {@link #TAKE} and count what comes, {@link #GIVE} bytes without end, or {@link #ECHO} everything, this first byte
 * included. {@link #STATE} answers with the bytes taken so far (8 bytes) and the number of open connections (4 bytes);
 * {@link #WATCH}, as often as it is said, with the number of open connections (4 bytes), the number of those that take (4
 * bytes) and how much each of these has taken (8 bytes), always in the same order.
 * One platform thread for each connection.
 */
final class Sink implements AutoCloseable {

    static final byte TAKE = 'T';
    static final byte GIVE = 'G';
    static final byte ECHO = 'E';
    static final byte STATE = 'S';
    static final byte WATCH = 'W';

    private static final int BUFFER = 64 * 1024;

    private final ServerSocketChannel server;
    private final LongAdder taken = new LongAdder();
    private final AtomicInteger open = new AtomicInteger();
    private final List<AtomicLong> counts = new CopyOnWriteArrayList<>();

    Sink() throws IOException {
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        Thread.ofPlatform().daemon().name("accept").start(this::accept);
    }

    /** Runs a sink that prints its port, and ends with its standard input, that is, with whoever started it. */
    static void run(PrintStream out) throws IOException {
        try (Sink sink = new Sink()) {
            Part.stay(sink.address().getPort(), out);
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                Thread.ofPlatform().daemon().name("connection").start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The end of the sink.
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer first = ByteBuffer.allocate(1);
            if (client.read(first) < 1) {
                return;
            }
            byte mode = first.get(0);
            switch (mode) {
                case STATE -> answerState(client);
                case WATCH -> answerWatch(client);
                default -> load(client, mode, first.flip());
            }
        } catch (IOException ended) {
            // Clients of a benchmark leave without goodbye; whoever cares asks for the state.
        }
    }

    private void load(SocketChannel client, byte mode, ByteBuffer first) throws IOException {
        AtomicLong count = new AtomicLong();
        if (mode == TAKE) {
            counts.add(count);
        }
        open.incrementAndGet();
        try {
            switch (mode) {
                case TAKE -> take(client, count);
                case GIVE -> give(client);
                case ECHO -> echo(client, first);
                default -> { }
            }
        } finally {
            open.decrementAndGet();
            counts.remove(count);
        }
    }

    private void answerState(SocketChannel client) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(12).putLong(taken.sum()).putInt(open.get()).flip();
        client.write(answer);
    }

    private void answerWatch(SocketChannel client) throws IOException {
        ByteBuffer question = ByteBuffer.allocate(1);
        do {
            List<AtomicLong> now = List.copyOf(counts);
            ByteBuffer answer = ByteBuffer.allocate(8 + 8 * now.size()).putInt(open.get()).putInt(now.size());
            now.forEach(count -> answer.putLong(count.get()));
            client.write(answer.flip());
        } while (client.read(question.clear()) > 0);
    }

    private void take(SocketChannel client, AtomicLong count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        for (int n = client.read(buffer); n >= 0; n = client.read(buffer)) {
            taken.add(n);
            count.addAndGet(n);
            buffer.clear();
        }
    }

    private static void give(SocketChannel client) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        while (true) {
            client.write(buffer.clear());
        }
    }

    private static void echo(SocketChannel client, ByteBuffer first) throws IOException {
        client.write(first);
        ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        while (client.read(buffer) >= 0) {
            client.write(buffer.flip());
            buffer.clear();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
