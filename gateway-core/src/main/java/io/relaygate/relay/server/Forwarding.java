package io.relaygate.relay.server;

import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.Link;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes frames between a sender and a listener, both of which are WebSocket clients of the relay. A close frame
 * passes on and ends its direction alone; anything else that ends a direction drops both connections, so that
 * nobody takes it for an end. Pings are answered here.
 */
final class Forwarding {

    /** How long a buffer is kept for the next frame. */
    private static final Duration HOLD = Duration.ofMillis(20);

    /** How long a passage holds something back for the next frame. */
    private static final Duration SOON = Duration.ofMillis(1);

    /** That a sender has left, to a listener that is not told how. */
    private static final byte[] GOING_AWAY = {1001 >> 8, (byte) 1001};

    /** After this long without a frame a Pong is sent, since networks forget connections after four minutes. */
    static final Duration QUIET = Duration.ofSeconds(110);

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

    private final Conduct conduct;
    private final End sender;
    private final End listener;
    private int ended;

    /**
     * Nothing is passed on yet.
     *
     * @param conduct what becomes of messages, pings and codes, and after how long without a frame a Pong is sent
     */
    Forwarding(Link sender, Link listener, Conduct conduct) {
        this.conduct = conduct;
        this.sender = new End(sender, conduct.passage(), conduct.keepsCodes());
        this.listener = new End(listener, conduct.passage(), true);
    }

    /**
     * One of both.
     *
     * @param passage how what comes from it is passed on
     * @param keepsCode whether the other learns how it has ended
     */
    private record End(Link link, FrameReader reader, FrameWriter writer, Passage passage, boolean keepsCode) {
        End(Link link, Passage passage, boolean keepsCode) {
            this(link, new FrameReader(link, true), new FrameWriter(link, false), passage, keepsCode);
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
            byte[] told = from.reader.controlPayload();
            byte[] reason = from.keepsCode ? told : GOING_AWAY;
            from.passage.flush(to.writer);
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
            from.passage.release();
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
            for (int n = 0; n >= 0; ) {
                if (from.link.awaitReadable(conduct.quiet())) {
                    // Bytes after the close frame mean nothing.
                    n = from.link.in().read(unread);
                } else {
                    from.writer.pong(new byte[0]);
                }
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
    private boolean pass(End from, End to) throws IOException {
        int opcode = from.reader.next(from.passage.holds() ? SOON : HOLD);
        switch (opcode) {
            case FrameReader.NONE -> {
                if (from.passage.holds()) {
                    from.passage.flush(to.writer);
                } else if (!from.link.awaitReadable(conduct.quiet())) {
                    from.writer.pong(new byte[0]);
                }
            }
            case FrameReader.PING -> {
                byte[] asked = from.reader.controlPayload();
                if (conduct.answersPings()) {
                    from.writer.pong(asked);
                }
            }
            case FrameReader.PONG -> from.reader.controlPayload();
            case FrameReader.CLOSE -> {
                return false;
            }
            default -> from.passage.take(opcode, from.reader, to.writer);
        }
        return true;
    }
}
