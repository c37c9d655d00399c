package io.relaygate.relay.server;

import io.relaygate.net.Buffers;
import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.Link;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes frames between a sender and a listener, both of which are WebSocket clients of the relay. Message types and
 * borders stay; long frames are cut, none are joined, so that nothing waits for the end of a message. A close frame
 * passes as it is and ends its direction alone; anything else that ends a direction drops both connections, so that
 * nobody takes it for an end. Pings are answered here.
 */
final class Forwarding {

    /** How long a buffer is kept for the next frame. */
    private static final Duration HOLD = Duration.ofMillis(20);

    /** After this long without a frame a Pong is sent, since networks forget connections after four minutes. */
    private static final Duration QUIET = Duration.ofSeconds(110);

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

    private final End sender;
    private final End listener;
    private int ended;

    Forwarding(Link sender, Link listener) {
        this.sender = new End(sender);
        this.listener = new End(listener);
    }

    private record End(Link link, FrameReader reader, FrameWriter writer) {
        End(Link link) {
            this(link, new FrameReader(link, true), new FrameWriter(link, false));
        }
    }

    /** Passes frames from the sender on, on the calling thread, until the sender's direction has ended. */
    void fromSender() {
        run(sender, listener);
    }

    /** Passes frames from the listener on, on the calling thread, until the listener's direction has ended. */
    void fromListener() {
        run(listener, sender);
    }

    /** Drops both. */
    void abort() {
        sender.link.abort();
        listener.link.abort();
        sender.reader.release();
        listener.reader.release();
    }

    private void run(End from, End to) {
        try {
            while (pass(from, to)) {
                // One frame at a time.
            }
            byte[] reason = control(from.reader);
            from.reader.release();
            // Counted first: whoever reads the second close frame may leave at once, and is not to blame for it.
            boolean both = countEnd() == 2;
            to.writer.write(FrameReader.CLOSE, true, reason, 0, reason.length);
            if (both) {
                sender.link.close();
                listener.link.close();
            } else {
                watch(from);
            }
        } catch (IOException e) {
            LOG.atDebug().log("forwarding ended: {}", e.getMessage());
            abort();
        } catch (RuntimeException | Error e) {
            abort();
            throw e;
        } finally {
            from.reader.release();
        }
    }

    private synchronized int countEnd() {
        return ++ended;
    }

    private synchronized boolean bothEnded() {
        return ended == 2;
    }

    /** After its close frame a peer has nothing to say, but it may leave, which the other has to learn. */
    private void watch(End from) throws IOException {
        byte[] unread = new byte[1024];
        try {
            while (!from.link.awaitReadable(QUIET) || from.link.in().read(unread) >= 0) {
                // Bytes after the close frame mean nothing.
            }
        } catch (IOException e) {
            if (!bothEnded()) {
                throw e;
            }
        }
        if (!bothEnded()) {
            throw new EOFException("the peer has left");
        }
    }

    /** Passes one frame on; false at a close frame, whose payload is yet to be read. */
    private static boolean pass(End from, End to) throws IOException {
        int opcode = from.reader.next(HOLD);
        switch (opcode) {
            case FrameReader.NONE -> {
                if (!from.link.awaitReadable(QUIET)) {
                    from.writer.pong(new byte[0]);
                }
            }
            case FrameReader.PING -> from.writer.pong(control(from.reader));
            case FrameReader.PONG -> control(from.reader);
            case FrameReader.CLOSE -> {
                return false;
            }
            default -> passData(opcode, from.reader, to.writer);
        }
        return true;
    }

    private static void passData(int opcode, FrameReader from, FrameWriter to) throws IOException {
        byte[] buffer = Buffers.take();
        try {
            int kind = opcode;
            do {
                int n = from.payload(buffer, 0, Buffers.PAYLOAD, Link.FOREVER);
                to.write(kind, from.last() && from.remaining() == 0, buffer, 0, n);
                kind = FrameReader.CONTINUATION;
            } while (from.remaining() > 0);
        } finally {
            Buffers.give(buffer);
        }
    }

    private static byte[] control(FrameReader from) throws IOException {
        byte[] payload = new byte[(int) from.remaining()];
        from.payload(payload, 0, payload.length, Link.FOREVER);
        return payload;
    }
}
