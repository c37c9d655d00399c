package io.relaygate.relay.server;

import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.Link;
import io.relaygate.net.MessageBytes;
import io.relaygate.relay.ControlMessage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * The rendezvous of one HTTP request: towards the listener the request and its body in binary frames, back the response
 * and its body, whose end is the end of the message or a clean close frame. One thread writes, one reads.
 */
final class RequestChannel {

    /** Of the text of a response: one field may be long, but not without end. */
    private static final int LARGEST_HEAD = 256 * 1024;

    /** How long a listener has to answer our close frame. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private static final int NO_MORE = FrameReader.CLOSE;
    private static final int NORMAL = 1000;
    private static final byte[] NORMALLY = {NORMAL >> 8, (byte) NORMAL};

    private final Link link;
    private final FrameReader reader;
    private final FrameWriter writer;
    private boolean begun;
    private boolean over;
    private boolean closeSeen;

    RequestChannel(Link link) {
        this.link = link;
        this.reader = new FrameReader(link, true);
        this.writer = new FrameWriter(link, false);
    }

    /** Sends the request. */
    void send(ControlMessage.Request request) throws IOException {
        writer.writeMessage(FrameReader.TEXT, request.toJson().getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a piece of the body, all of which is one message. */
    void send(byte[] bytes, int length, boolean last) throws IOException {
        int opcode = begun ? FrameReader.CONTINUATION : FrameReader.BINARY;
        begun = true;
        writer.write(opcode, last, bytes, 0, length);
    }

    /**
     * Waits for the response.
     *
     * @throws IOException if the listener has left, or has sent something else
     */
    ControlMessage.Response receive() throws IOException {
        MessageBytes head = new MessageBytes(LARGEST_HEAD);
        int expected = FrameReader.TEXT;
        do {
            if (data() != expected) {
                throw new EOFException("the listener sent no response");
            }
            head.add(reader);
            expected = FrameReader.CONTINUATION;
        } while (!reader.last());
        return response(head.takeText());
    }

    private ControlMessage.Response response(String text) throws IOException {
        try {
            if (ControlMessage.parse(text) instanceof ControlMessage.Response response) {
                over = !response.body();
                return response;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the listener sent something else than a response: " + e.getMessage(), e);
        }
        throw new IOException("the listener sent something else than a response");
    }

    /**
     * The next piece of the response's body.
     *
     * @return how many bytes, perhaps 0, -1 at its end
     * @throws IOException if the listener has left before it
     */
    int read(byte[] into, int offset, int size) throws IOException {
        while (!over && reader.remaining() == 0) {
            int opcode = data();
            over = opcode == NO_MORE || (reader.remaining() == 0 && reader.last());
        }
        if (reader.remaining() == 0) {
            return -1;
        }
        int n = reader.payload(into, offset, size, Link.FOREVER);
        over = reader.remaining() == 0 && reader.last();
        return n;
    }

    /** The opcode of the next frame with data, or that of a clean close frame. */
    private int data() throws IOException {
        while (true) {
            int opcode = reader.next(Link.FOREVER);
            switch (opcode) {
                case FrameReader.PING -> writer.pong(reader.controlPayload());
                case FrameReader.PONG -> reader.controlPayload();
                case FrameReader.CLOSE -> {
                    byte[] reason = reader.controlPayload();
                    closeSeen = true;
                    if (reason.length >= 2 && (((reason[0] & 0xff) << 8) | (reason[1] & 0xff)) != NORMAL) {
                        throw new EOFException("the listener has broken off the response");
                    }
                    return NO_MORE;
                }
                default -> {
                    return opcode;
                }
            }
        }
    }

    /** Ends it cleanly: listeners may leave that to the relay. Waits shortly for the listener. */
    void close() {
        try {
            link.deadline(Instant.now().plus(CLOSE_LIMIT));
            writer.write(FrameReader.CLOSE, true, NORMALLY, 0, NORMALLY.length);
            byte[] unread = new byte[4096];
            while (!closeSeen) {
                while (reader.remaining() > 0) {
                    reader.payload(unread, 0, unread.length, Link.FOREVER);
                }
                data();
            }
            link.close();
        } catch (IOException e) {
            link.abort();
        } finally {
            reader.release();
        }
    }

    /** Drops it, so that the listener sees a failure; wakes whoever reads or writes. */
    void abort() {
        link.abort();
        reader.release();
    }
}
