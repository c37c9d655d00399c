package io.relaygate.plugins.ssh.proxy;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * What a client has sent over a channel and the target has not taken yet, in its order. Bounded: by the window for bytes, which are
 * kept together however small they come, and by a number for requests. One thread puts, one takes.
 */
final class FromClient {

    /** How many bytes a client may send before they are taken. */
    static final int WINDOW = 2 * 1024 * 1024;

    private static final int CHUNK = 32 * 1024;
    private static final int MOST_REQUESTS = 64;

    private final Deque<Item> items = new ArrayDeque<>();
    private int window = WINDOW;
    private int owed;
    private int requests;
    private boolean closed;

    /** What comes. */
    sealed interface Item {}

    /** Bytes. */
    static final class Data implements Item {

        private byte[] bytes;
        private int length;

        private Data(int wanted) {
            bytes = new byte[wanted];
        }

        byte[] bytes() {
            return bytes;
        }

        int length() {
            return length;
        }

        private int add(byte[] more, int offset, int count) {
            int taken = Math.min(count, CHUNK - length);
            if (taken > bytes.length - length) {
                bytes = Arrays.copyOf(bytes, Math.min(CHUNK, Math.max(2 * bytes.length, length + taken)));
            }
            System.arraycopy(more, offset, bytes, length, taken);
            length += taken;
            return taken;
        }
    }

    /** A request (RFC 4254 section 5.4), with what follows {@code want_reply}. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
    record Request(String type, boolean answered, byte[] data) implements Item {}

    /** No more bytes. */
    record Ended() implements Item {}

    /** Nothing more at all. */
    record Closed() implements Item {}

    /** Bytes have come; false if they are more than the window. */
    synchronized boolean put(byte[] bytes, int offset, int length) {
        if (length > window) {
            return false;
        }
        window -= length;
        int done = items.peekLast() instanceof Data last ? last.add(bytes, offset, length) : 0;
        while (done < length) {
            Data data = new Data(Math.min(CHUNK, length - done));
            done += data.add(bytes, offset + done, length - done);
            items.add(data);
        }
        notifyAll();
        return true;
    }

    /** A request has come; false if there are too many already. */
    synchronized boolean put(Request request) {
        if (requests == MOST_REQUESTS) {
            return false;
        }
        requests++;
        items.add(request);
        notifyAll();
        return true;
    }

    synchronized void end() {
        if (!(items.peekLast() instanceof Ended)) {
            items.add(new Ended());
            notifyAll();
        }
    }

    /** The channel is closed: what is there is taken still. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Waits for what is next. */
    synchronized Item take() {
        while (items.isEmpty()) {
            if (closed) {
                return new Closed();
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Closed();
            }
        }
        Item next = items.removeFirst();
        if (next instanceof Request) {
            requests--;
        }
        return next;
    }

    /** The target has taken bytes; how many more the client may be told to send, 0 for not yet. */
    synchronized int taken(int bytes) {
        owed += bytes;
        if (owed < WINDOW / 4) {
            return 0;
        }
        int more = owed;
        owed = 0;
        window += more;
        return more;
    }
}
