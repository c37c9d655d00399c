package com.jcraft.jsch;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * JSch's transport and authentication (RFC 4253, RFC 4252), with the messages of the connection protocol (RFC 4254) left to somebody
 * else. JSch's own channels write what has come into a pipe on the thread that reads for all channels of the session, and widen the
 * peer's window only then: one reader that stalls stalls them all.
 *
 * <p>It is among JSch's classes because what it takes over can be reached from within their package only. The jar is not sealed, and
 * the plugin's class loader, which knows no modules, defines both. Of JSch's methods this needs those of 2.28.8: the version is pinned
 * for it.
 */
@NullMarked
public final class Transport extends Session {

    /** Where the payload of a packet begins: after its length and that of its padding. */
    private static final int PAYLOAD = 5;

    private static final int SMALLEST = 80;
    private static final byte NONE = 0;

    private final Receiver receiver;
    private final Received received = new Received();

    /** Held while a message is sent, and the buffer with it that all are sent from. */
    private final Object sending = new Object();

    private Buffer message = new Buffer(0);
    private boolean running;
    private volatile @Nullable Exception failure;

    /** Takes the messages that come. On the thread that reads for the whole session, so that it must never wait. */
    public interface Receiver {

        /**
         * A message of the connection protocol.
         *
         * @param bytes reused after the call; its number is the first byte
         * @throws IOException if it cannot be: the session is over then
         */
        void receive(byte[] bytes, int offset, int length) throws IOException;

        /**
         * Nothing comes any more; once, if the login had succeeded.
         *
         * @param why what has ended it
         */
        void over(@Nullable Exception why);
    }

    /** Not connected yet. */
    public Transport(JSch jsch, String user, String host, Receiver receiver) throws JSchException {
        super(jsch, user, host, 22);
        this.receiver = receiver;
    }

    @Override
    void run() {
        running = true;
        try {
            super.run();
        } finally {
            // JSch interrupts this thread to end it.
            Thread.interrupted();
            receiver.over(failure);
        }
    }

    /** Gives JSch what is its own, and the receiver the rest. Before the login has succeeded all is JSch's. */
    @Override
    Buffer read(Buffer buffer) throws Exception {
        if (!running) {
            return super.read(buffer);
        }
        try {
            while (true) {
                super.read(received);
                if (received.number() < SMALLEST) {
                    buffer.buffer = received.buffer;
                    buffer.index = received.index;
                    buffer.s = received.s;
                    return buffer;
                }
                receiver.receive(received.buffer, PAYLOAD, received.payload());
            }
        } catch (Exception e) {
            failure = e;
            throw e;
        }
    }

    /**
     * Sends a message of the connection protocol: what is in front, and then the bytes. Any thread but the one that reads, since it
     * waits for TCP, and while keys are exchanged.
     *
     * @throws IOException if the session is over
     */
    public void send(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        synchronized (sending) {
            int room = PAYLOAD + head.length + length + getBufferMargin();
            if (message.buffer.length < room) {
                message = new Buffer(room);
            }
            Packet packet = new Packet(message);
            packet.reset();
            message.putByte(head);
            message.putByte(bytes, offset, length);
            try {
                write(packet);
            } catch (Exception e) {
                throw new IOException("the session is lost", e);
            }
        }
        // JSch drops what is written to a session that is over.
        if (!isConnected()) {
            throw new IOException("the session is lost");
        }
    }

    /** A packet, of which JSch is not told what it would deal with before its method for reading returns. */
    private static final class Received extends Buffer {

        int number() {
            return buffer[PAYLOAD] & 0xff;
        }

        int payload() throws IOException {
            int length = ByteBuffer.wrap(buffer).getInt() - 1 - (buffer[PAYLOAD - 1] & 0xff);
            if (length < 1 || length > index - PAYLOAD) {
                throw new IOException("a packet has more padding than it is long");
            }
            return length;
        }

        @Override
        byte getCommand() {
            return number() == SSH_MSG_CHANNEL_WINDOW_ADJUST ? NONE : buffer[PAYLOAD];
        }
    }
}
