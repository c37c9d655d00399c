package io.relaygate.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of a WebSocket whose handshake is done (RFC 6455), for control channels. One thread receives; any
 * thread sends, closes or aborts.
 */
public final class WebSocket implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WebSocket.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** What was received. */
    public sealed interface Message {}

    /** A text message. */
    public record Text(String text) implements Message {}

    /** A binary message. */
    public record Binary(ByteBuffer bytes) implements Message {}

    /** The peer asked whether we are there, and was answered. */
    public record Ping() implements Message {}

    /** A sign of life. */
    public record Pong() implements Message {}

    /** The peer ended its direction; nothing follows. The code is 1005 if it named none. */
    public record Close(int code, String reason) implements Message {}

    private final Link under;
    private final boolean client;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final MessageBytes message;
    private final ReentrantLock receiving = new ReentrantLock();
    private final AtomicBoolean over = new AtomicBoolean();
    private boolean text;
    private boolean closeSeen;
    private boolean broken;

    private WebSocket(Link under, boolean client, int largest) {
        this.under = under;
        this.client = client;
        this.reader = new FrameReader(under, !client);
        this.writer = new FrameWriter(under, client);
        this.message = new MessageBytes(largest);
    }

    /**
     * The client's side.
     *
     * @param under owned from here on
     * @param largest the largest message that is received, in bytes
     */
    public static WebSocket client(Link under, int largest) {
        return new WebSocket(under, true, largest);
    }

    /** The server's side; as {@link #client}. */
    public static WebSocket server(Link under, int largest) {
        return new WebSocket(under, false, largest);
    }

    /**
     * Waits for the next message, ping, pong or close. After a failure the WebSocket is of no use; a peer that broke
     * the protocol has been told so.
     *
     * @throws WebSocketException if the peer broke the protocol or sent too large a message
     * @throws java.io.EOFException if the connection ended without a close frame
     */
    public Message receive() throws IOException {
        receiving.lock();
        try {
            if (closeSeen) {
                throw new IOException("the peer has closed the WebSocket");
            }
            return receiveMessage(Link.FOREVER);
        } catch (WebSocketException e) {
            broken = true;
            close(e.code(), "");
            throw e;
        } finally {
            receiving.unlock();
        }
    }

    private Message receiveMessage(Duration limit) throws IOException {
        while (true) {
            int opcode = reader.next(limit);
            switch (opcode) {
                case FrameReader.CLOSE -> {
                    closeSeen = true;
                    CloseReason reason = CloseReason.parse(reader.controlPayload());
                    return new Close(reason.code(), reason.text());
                }
                case FrameReader.PING -> {
                    writer.pong(reader.controlPayload());
                    return new Ping();
                }
                case FrameReader.PONG -> {
                    reader.controlPayload();
                    return new Pong();
                }
                default -> {
                    if (opcode != FrameReader.CONTINUATION) {
                        text = opcode == FrameReader.TEXT;
                    }
                    message.add(reader);
                    if (reader.last()) {
                        return text ? new Text(message.takeText()) : new Binary(message.take());
                    }
                }
            }
        }
    }

    /** Sends a text message, in one frame if it has at most 64 KiB. */
    public void sendText(String message) throws IOException {
        send(FrameReader.TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a binary message, in one frame if it has at most 64 KiB. */
    public void sendBinary(byte[] message) throws IOException {
        send(FrameReader.BINARY, message);
    }

    /** Sends a ping; at most 125 bytes. */
    public void ping(byte[] payload) throws IOException {
        writer.write(FrameReader.PING, true, payload, 0, payload.length);
    }

    /** Sends a pong that answers nothing: a sign of life; at most 125 bytes. */
    public void pong(byte[] payload) throws IOException {
        writer.write(FrameReader.PONG, true, payload, 0, payload.length);
    }

    /** Sends a text message and a binary one, with no message of another thread between them. */
    public synchronized void send(String text, byte[] binary) throws IOException {
        sendText(text);
        sendBinary(binary);
    }

    private synchronized void send(int opcode, byte[] bytes) throws IOException {
        writer.writeMessage(opcode, bytes);
    }

    /** Makes {@link #receive} and every send fail at an instant; null for never. */
    public void deadline(@Nullable Instant instant) {
        under.deadline(instant);
    }

    /** Closes with code 1000. */
    @Override
    public void close() {
        close(CloseReason.NORMAL, "");
    }

    /**
     * Sends a close frame if none was sent, waits shortly for the peer's and closes the connection. Takes about 3 s
     * at the worst and unblocks {@link #receive}.
     *
     * @param reason for people; cut after 123 bytes
     */
    public void close(int code, String reason) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        Deadlines.Timer timer = Deadlines.shared().after(CLOSE_LIMIT.plus(LINGER), under::abort);
        try {
            if (writer.tryClose(new CloseReason(code, reason).payload(), CLOSE_LIMIT.toMillis())) {
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

    private void linger() {
        if (!receiving.tryLock()) {
            return;
        }
        try {
            Wait wait = new Wait(LINGER);
            byte[] unread = new byte[4096];
            while (!broken && !closeSeen && !wait.over()) {
                if (reader.remaining() > 0) {
                    reader.payload(unread, 0, unread.length, wait.left());
                } else if (reader.next(wait.left()) == FrameReader.CLOSE) {
                    closeSeen = true;
                }
            }
            // As the client wait for the server's end; after the close frame, or nonsense, bytes mean nothing.
            while ((client || broken) && !wait.over() && under.read(unread, 0, unread.length, wait.left()) > 0) {}
        } catch (IOException e) {
            log.atDebug().setCause(e).log("a WebSocket ended before its peer closed it");
        } finally {
            receiving.unlock();
        }
    }

    /** Drops the connection without a close frame; never blocks. */
    public void abort() {
        over.set(true);
        under.abort();
        reader.release();
    }
}
