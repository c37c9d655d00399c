package io.relaygate.net;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A byte stream in the data frames of a WebSocket. Every write is one binary frame of at most 64 KiB, none is empty;
 * text and binary are read alike. A close frame with code 1000 or none ends a direction and leaves the other open, and so
 * does 1001 where a relay may say it for either; any other code, or the end of the connection without a close frame, is a failure, and abort makes one at the peer.
 * Pings are answered whenever something is read.
 */
public final class WebSocketLink extends LookAheadLink {

    private static final Logger log = LoggerFactory.getLogger(WebSocketLink.class);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final CloseReason DONE = new CloseReason(CloseReason.NORMAL, "");

    private final Link under;
    private final boolean client;
    private final boolean goingAwayEnds;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final ReentrantLock receiving = new ReentrantLock();
    private @Nullable CloseReason close;
    private boolean broken;

    private WebSocketLink(Link under, boolean client, boolean goingAwayEnds) {
        this.under = under;
        this.client = client;
        this.goingAwayEnds = goingAwayEnds;
        this.reader = new FrameReader(under, !client);
        this.writer = new FrameWriter(under, client);
    }

    /** The client's side of a WebSocket whose handshake is done. */
    public static WebSocketLink client(Link under) {
        return new WebSocketLink(under, true, false);
    }

    /** The same, at whose other end a relay says 1001 for a sender that has ended its direction. */
    public static WebSocketLink listener(Link under) {
        return new WebSocketLink(under, true, true);
    }

    /** The server's side of a WebSocket whose handshake is done. */
    public static WebSocketLink server(Link under) {
        return new WebSocketLink(under, false, false);
    }

    @Override
    protected int receive(byte[] into, int offset, int length, Duration limit) throws IOException {
        receiving.lock();
        try {
            return receivePayload(into, offset, length, new Wait(limit));
        } catch (WebSocketException e) {
            throw told(e);
        } finally {
            receiving.unlock();
        }
    }

    private int receivePayload(byte[] into, int offset, int length, Wait wait) throws IOException {
        int done = 0;
        while (done < length) {
            if (reader.remaining() == 0) {
                if (done > 0 && (close != null || !reader.ready())) {
                    return done;
                }
                if (close != null) {
                    return end(close);
                }
                if (!nextFrame(wait.left())) {
                    return 0;
                }
            } else {
                if (done > 0 && !reader.buffered()) {
                    return done;
                }
                int n = reader.payload(into, offset + done, length - done, wait.left());
                if (n == 0) {
                    return done;
                }
                done += n;
            }
        }
        return done;
    }

    @Override
    protected boolean await(Duration limit) throws IOException {
        receiving.lock();
        try {
            Wait wait = new Wait(limit);
            while (close == null) {
                if (!reader.buffered() && !reader.await(wait.left())) {
                    return false;
                }
                if (reader.remaining() > 0) {
                    return true;
                }
                if (!nextFrame(wait.left())) {
                    return false;
                }
            }
            return true;
        } catch (WebSocketException e) {
            throw told(e);
        } finally {
            receiving.unlock();
        }
    }

    /** Begins the next data frame or deals with a control frame; false if the limit passed first. */
    private boolean nextFrame(Duration limit) throws IOException {
        switch (reader.next(limit)) {
            case FrameReader.NONE -> {
                return false;
            }
            case FrameReader.CLOSE -> close = CloseReason.parse(reader.controlPayload());
            case FrameReader.PING -> writer.pong(reader.controlPayload());
            case FrameReader.PONG -> reader.controlPayload();
            default -> {}
        }
        return true;
    }

    private int end(CloseReason close) throws WebSocketException {
        if (!close.clean() && !(goingAwayEnds && close.code() == CloseReason.GOING_AWAY)) {
            throw close.failure();
        }
        return -1;
    }

    /** Tells the peer what it did wrong, if a frame can be sent at once. */
    private WebSocketException told(WebSocketException failure) {
        if (close == null) {
            broken = true;
            Deadlines.Timer timer = Deadlines.shared().after(CLOSE_LIMIT, under::abort);
            try {
                writer.tryClose(new CloseReason(failure.code(), "").payload(), 0);
            } catch (IOException e) {
                failure.addSuppressed(e);
            } finally {
                timer.cancel();
            }
        }
        return failure;
    }

    @Override
    protected void send(byte[] bytes, int offset, int length) throws IOException {
        int largest = writer.bestPayload();
        for (int done = 0; done < length; ) {
            int n = Math.min(largest, length - done);
            writer.write(FrameReader.BINARY, true, bytes, offset + done, n);
            done += n;
        }
    }

    @Override
    protected void send(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        if (head.length + length > writer.bestPayload()) {
            super.send(head, bytes, offset, length);
        } else {
            writer.write(FrameReader.BINARY, head, bytes, offset, length);
        }
    }

    @Override
    public int writeSize() {
        return writer.bestPayload();
    }

    @Override
    public boolean canFinish() {
        return true;
    }

    @Override
    protected void sendEnd() throws IOException {
        if (!writer.tryClose(DONE.payload(), FINISH_LIMIT.toMillis())) {
            throw new IOException("the peer does not read: the WebSocket could not be closed");
        }
    }

    @Override
    protected void shut() {
        Deadlines.Timer timer = Deadlines.shared().after(CLOSE_LIMIT, under::abort);
        try {
            if (writer.tryClose(DONE.payload(), CLOSE_LIMIT.toMillis())) {
                linger();
                under.close();
            } else {
                under.abort();
            }
        } catch (IOException e) {
            under.abort();
        } finally {
            timer.cancel();
            reader.release();
        }
    }

    /**
     * Waits shortly for the peer's close frame, and as the client for the server to close the connection (RFC 6455
     * section 7.1.1). What arrives meanwhile is of no interest, but closing with it unread would reset the connection
     * and lose our own close frame.
     */
    private void linger() {
        if (!receiving.tryLock()) {
            return;
        }
        try {
            Wait wait = new Wait(LINGER);
            byte[] unread = new byte[4096];
            while (!broken && close == null && !wait.over()) {
                receivePayload(unread, 0, unread.length, wait);
            }
            // As the client wait for the server's end; after the close frame, or nonsense, bytes mean nothing.
            while ((client || broken) && !wait.over() && under.read(unread, 0, unread.length, wait.left()) > 0) {}
        } catch (IOException e) {
            log.atDebug().setCause(e).log("a WebSocket ended before its peer closed it");
        } finally {
            receiving.unlock();
        }
    }

    @Override
    protected void drop() {
        under.abort();
        reader.release();
    }
}
