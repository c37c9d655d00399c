package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.Message;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.sdk.Connection;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * Carries TLS as TDS 7 does (MS-TDS section 2.2.6.5): the records of the handshake are the data of PRELOGIN packets, in both directions,
 * and those that follow are bare. A flight is one message: it goes out when an answer to it is waited for, or the handshake is over.
 */
final class TlsInPackets extends ConnectionOver {

    /** More than any handshake has said unanswered. */
    private static final int LARGEST_FLIGHT = 128 * 1024;

    private final ByteArrayOutputStream flight = new ByteArrayOutputStream();
    private final OutputStream out = new Flights();
    private boolean handshaking = true;
    private byte[] ahead = new byte[0];
    private int from;

    TlsInPackets(Connection under) {
        super(under);
    }

    /** From now on records are bare. */
    void handshakeIsOver() throws IOException {
        flush();
        handshaking = false;
    }

    @Override
    public boolean awaitReadable(Duration limit) throws IOException {
        if (handshaking && from == ahead.length) {
            fill();
        }
        return handshaking || from < ahead.length || under.awaitReadable(limit);
    }

    @Override
    public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        while (from == ahead.length) {
            if (!handshaking) {
                return under.read(into, offset, length, limit);
            }
            if (!fill()) {
                return -1;
            }
        }
        int n = Math.min(length, ahead.length - from);
        System.arraycopy(ahead, from, into, offset, n);
        from += n;
        return n;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    /** Of the handshake's records alone. */
    @Override
    public ByteBuffer peek(int n) throws IOException {
        while (ahead.length - from < n && fill()) {
            // Until there is enough.
        }
        return ByteBuffer.wrap(ahead, from, ahead.length - from).slice().asReadOnlyBuffer();
    }

    /** What is known of the handshake and not read yet; it counts as read then. */
    byte[] takeAhead() {
        byte[] taken = Arrays.copyOfRange(ahead, from, ahead.length);
        ahead = new byte[0];
        from = 0;
        return taken;
    }

    /** An alert may be waiting to go. */
    @Override
    public void close() {
        try {
            flush();
        } catch (IOException e) {
            under.abort();
        }
        under.close();
    }

    private void flush() throws IOException {
        if (flight.size() > 0) {
            byte[] data = flight.toByteArray();
            flight.reset();
            new Message(PacketHeader.PRELOGIN, data).write(under.out(), PacketHeader.FIRST_SIZE);
        }
    }

    /** Takes one more packet of the handshake; false if the peer has ended before it. */
    private boolean fill() throws IOException {
        flush();
        PacketHeader header = PacketHeader.read(under.in());
        if (header == null) {
            return false;
        }
        if (header.type() != PacketHeader.PRELOGIN) {
            throw new IOException("a packet of type " + header.type() + " in a TLS handshake");
        }
        int length = header.length() - PacketHeader.SIZE;
        if (ahead.length - from + length > LARGEST_FLIGHT) {
            throw new IOException("a TLS handshake with more than " + LARGEST_FLIGHT + " bytes in a row");
        }
        byte[] left = takeAhead();
        ahead = Arrays.copyOf(left, left.length + length);
        if (under.in().readNBytes(ahead, left.length, length) < length) {
            throw new EOFException("a packet was cut off");
        }
        return true;
    }

    private final class Flights extends OutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!handshaking) {
                under.out().write(bytes, offset, length);
            } else if (flight.size() + length > LARGEST_FLIGHT) {
                throw new IOException("a TLS handshake with more than " + LARGEST_FLIGHT + " bytes in a row");
            } else {
                flight.write(bytes, offset, length);
            }
        }
    }
}
