package io.relaygate.bench;

import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A session at whose near end somebody types: one byte, its echo, a moment of thought, the next. */
final class Typist implements AutoCloseable {

    private static final int LEAST_THOUGHT_MILLIS = 50;
    private static final int MOST_THOUGHT_MILLIS = 350;

    private final Socket socket;
    private final int port;
    private volatile long waitsSince;
    private long[] typed = new long[1024];
    private long[] shown = new long[1024];
    private int count;
    private volatile boolean stopped;

    /** Connects through {@code entry}. */
    Typist(InetSocketAddress entry, long number) throws IOException {
        socket = new Socket(entry.getAddress(), entry.getPort());
        socket.setTcpNoDelay(true);
        port = socket.getLocalPort();
        DataOutputStream head = new DataOutputStream(socket.getOutputStream());
        head.writeByte(FarEnd.KEYS);
        head.writeLong(number);
    }

    /** Lets {@link #run} return after the next echo. */
    void stop() {
        stopped = true;
    }

    /**
     * Types until stopped, then ends the session in order.
     *
     * @throws IOException if the session broke, ended by itself, or brought another byte back
     */
    void run() throws IOException, InterruptedException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (!stopped) {
            byte key = (byte) count;
            long start = System.nanoTime();
            waitsSince = start;
            out.write(key);
            int echo = in.read();
            if (echo < 0) {
                throw new EOFException("the session was ended");
            }
            if ((byte) echo != key) {
                throw new IOException("key %d came back as %d".formatted(key, echo));
            }
            waitsSince = 0;
            note(start, System.nanoTime());
            Thread.sleep(random.nextInt(LEAST_THOUGHT_MILLIS, MOST_THOUGHT_MILLIS));
        }
        socket.shutdownOutput();
        if (in.read() >= 0) {
            throw new IOException("more came back than was typed");
        }
        socket.close();
    }

    private void note(long start, long end) {
        if (count == typed.length) {
            typed = Arrays.copyOf(typed, 2 * count);
            shown = Arrays.copyOf(shown, 2 * count);
        }
        typed[count] = start;
        shown[count] = end;
        count++;
    }

    /** How many keys were typed and shown; after {@link #run}. */
    int count() {
        return count;
    }

    /**
     * The longest that a key typed before {@code to} and shown after {@code from} had to wait, in nanoseconds; after
     * {@link #run}.
     */
    long longestWait(long from, long to) {
        return longest(from, to, from - Long.MAX_VALUE / 4);
    }

    /** The same, where waiting counts only from {@code since} on. */
    long longest(long from, long to, long since) {
        long longest = 0;
        for (int i = 0; i < count; i++) {
            if (shown[i] - from > 0 && typed[i] - to < 0) {
                longest = Math.max(longest, shown[i] - Math.max(typed[i], since));
            }
        }
        return longest;
    }

    /** All waits of more than {@code limit}; after {@link #run}. */
    List<Wait> waits(Duration limit) {
        List<Wait> waits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (shown[i] - typed[i] > limit.toNanos()) {
                waits.add(new Wait(port, typed[i], shown[i]));
            }
        }
        return waits;
    }

    /** For how long a key has been waiting until {@code now}, in nanoseconds; 0 if none is. Any thread. */
    long waitsFor(long now) {
        long since = waitsSince;
        return since == 0 ? 0 : now - since;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
