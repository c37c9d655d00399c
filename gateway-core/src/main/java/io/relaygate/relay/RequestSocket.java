package io.relaygate.relay;

import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.Link;
import io.relaygate.net.MessageBytes;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.ControlMessage.Response;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * The rendezvous of one HTTP request as its listener has it (Hybrid Connections protocol, "Request", "Response"): the
 * request and its body come in frames, and so go the response and its body. One thread reads, and gives everything back
 * with {@link #awaitEnd}; one thread writes.
 */
final class RequestSocket {

    /** Of the text of a request: fields have 32 KiB at the most. */
    private static final int LARGEST_HEAD = 256 * 1024;

    /** How long the relay has to answer our close frame. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private static final int NORMAL = 1000;
    private static final byte[] NORMALLY = {NORMAL >> 8, (byte) NORMAL};
    private static final byte[] NOTHING = {};

    private final Link link;
    private final FrameReader reader;
    private final FrameWriter writer;
    private boolean read;
    private boolean readAll = true;
    private boolean written;
    private volatile boolean closing;

    /**
     * A rendezvous.
     *
     * @param link carries WebSocket frames, with us as the client; owned from here on
     */
    RequestSocket(Link link) {
        this.link = link;
        this.reader = new FrameReader(link, false);
        this.writer = new FrameWriter(link, true);
    }

    /**
     * Waits for the request.
     *
     * @throws IOException if the sender has left, or the relay has sent something else
     */
    Request receive(Instant deadline) throws IOException {
        link.deadline(deadline);
        MessageBytes head = new MessageBytes(LARGEST_HEAD);
        int expected = FrameReader.TEXT;
        do {
            if (data(Link.FOREVER) != expected) {
                throw new EOFException("the relay sent no request");
            }
            head.add(reader);
            expected = FrameReader.CONTINUATION;
        } while (!reader.last());
        link.deadline(null);
        return request(head.takeText());
    }

    private Request request(String text) throws IOException {
        try {
            if (ControlMessage.parse(text) instanceof Request request && request.call() != null) {
                readAll = !request.call().body();
                return request;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the relay sent something else than a request: " + e.getMessage(), e);
        }
        throw new IOException("the relay sent something else than a request");
    }

    /**
     * How long the body is: 0 if there is none, -1 if only its end will tell, or if nothing of it has come within the limit.
     *
     * @throws IOException if the sender has left before its end
     */
    long length(Duration limit) throws IOException {
        if (readAll) {
            return 0;
        }
        if (!read && !nextPiece(limit)) {
            return -1;
        }
        return reader.last() ? reader.remaining() : -1;
    }

    /**
     * The next piece of the body.
     *
     * @return how many bytes, -1 at its end
     * @throws IOException if the sender has left before it
     */
    int read(byte[] into, int offset, int size) throws IOException {
        while (!readAll && reader.remaining() == 0) {
            nextPiece(Link.FOREVER);
        }
        if (readAll && reader.remaining() == 0) {
            return -1;
        }
        int n = reader.payload(into, offset, size, Link.FOREVER);
        readAll = reader.remaining() == 0 && reader.last();
        return n;
    }

    private boolean nextPiece(Duration limit) throws IOException {
        int opcode = data(limit);
        if (opcode == FrameReader.CLOSE) {
            throw new EOFException("the sender has left within the body of its request");
        }
        read |= opcode != FrameReader.NONE;
        readAll = opcode != FrameReader.NONE && reader.remaining() == 0 && reader.last();
        return opcode != FrameReader.NONE;
    }

    /** The opcode of the next frame with data, or of a close frame, or none within the limit. */
    private int data(Duration limit) throws IOException {
        while (true) {
            int opcode = reader.next(limit);
            switch (opcode) {
                case FrameReader.PING -> writer.pong(reader.controlPayload());
                case FrameReader.PONG -> reader.controlPayload();
                case FrameReader.CLOSE -> {
                    reader.controlPayload();
                    return opcode;
                }
                default -> {
                    return opcode;
                }
            }
        }
    }

    /**
     * Reads on until the relay closes it, or we have, and gives it back. What is left of the body is for nobody.
     *
     * @return whether we have closed it; else the sender has left
     */
    boolean awaitEnd() {
        byte[] unread = new byte[4096];
        try {
            do {
                while (reader.remaining() > 0) {
                    reader.payload(unread, 0, unread.length, Link.FOREVER);
                }
            } while (data(Link.FOREVER) != FrameReader.CLOSE);
        } catch (IOException e) {
            // It has ended all the same.
        }
        boolean ours = closing;
        if (ours) {
            link.close();
        } else {
            link.abort();
        }
        reader.release();
        return ours;
    }

    /** Sends the response; its body follows, if it has one. */
    void begin(Response response) throws IOException {
        writer.writeMessage(FrameReader.TEXT, response.toJson().getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a piece of the body: 1 to 65536 bytes. All pieces are one message. */
    void write(byte[] bytes, int offset, int length) throws IOException {
        int opcode = written ? FrameReader.CONTINUATION : FrameReader.BINARY;
        written = true;
        writer.write(opcode, false, bytes, offset, length);
    }

    /** Ends the body. */
    void end() throws IOException {
        writer.write(written ? FrameReader.CONTINUATION : FrameReader.BINARY, true, NOTHING, 0, 0);
    }

    /** Ends it cleanly: one request is all that it carries. The thread that reads has a short while for the relay's answer. */
    void close() {
        try {
            closing = true;
            link.deadline(Instant.now().plus(CLOSE_LIMIT));
            writer.write(FrameReader.CLOSE, true, NORMALLY, 0, NORMALLY.length);
        } catch (IOException e) {
            link.abort();
        }
    }

    /** Drops it, so that nobody takes what was sent for a whole response; wakes whoever reads or writes. */
    void abort() {
        link.abort();
    }
}
