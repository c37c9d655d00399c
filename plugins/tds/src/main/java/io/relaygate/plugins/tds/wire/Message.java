package io.relaygate.plugins.tds.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A whole message: the data of packets of one type, up to the one that ends it (MS-TDS section 2.2.3).
 *
 * @param type that of {@link PacketHeader}
 * @param process the server's process (SPID), 0 if it is not known
 * @param data without headers
 */
public record Message(int type, int process, ByteBuffer data) {

    /** The largest PRELOGIN that is taken, with the flight of a TLS handshake in mind. */
    public static final int LARGEST_PRELOGIN = 4 * 1024;

    /** The largest login (section 2.2.6.4: 128 KiB less one byte). */
    public static final int LARGEST_LOGIN = 128 * 1024 - 1;

    /** The largest word of Kerberos, NTLM or federated authentication: more than any ticket has. */
    public static final int LARGEST_PROOF = 64 * 1024;

    /** The largest answer to a login: more than any server says, its notices included. */
    public static final int LARGEST_ANSWER = 256 * 1024;

    /** Keeps the data as they are. */
    public Message {
        data = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A client's. */
    public Message(int type, byte[] data) {
        this(type, 0, ByteBuffer.wrap(data));
    }

    @Override
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads one, byte for byte and not further; null if the stream has ended before it. Takes no more memory than twice what has come.
     *
     * @param most how many bytes of data it may have
     * @throws MalformedException if it is none, or larger
     * @throws EOFException if the stream ends in it
     */
    public static @Nullable Message read(InputStream in, int most) throws IOException {
        PacketHeader header = PacketHeader.read(in);
        return header == null ? null : rest(in, header, most);
    }

    private static Message rest(InputStream in, PacketHeader first, int most) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        PacketHeader header = first;
        while (true) {
            int length = header.length() - PacketHeader.SIZE;
            if (length > most - data.size()) {
                throw new MalformedException("a message of type " + first.type() + " with more than " + most + " bytes");
            }
            byte[] piece = in.readNBytes(length);
            if (piece.length < length) {
                throw new EOFException("a packet was cut off");
            }
            data.writeBytes(piece);
            if (header.last()) {
                return new Message(first.type(), first.process(), ByteBuffer.wrap(data.toByteArray()));
            }
            if (length == 0) {
                throw new MalformedException("an empty packet that does not end its message");
            }
            header = PacketHeader.read(in);
            if (header == null) {
                throw new EOFException("a message was cut off");
            }
            if (header.type() != first.type()) {
                throw new MalformedException("a packet of type " + header.type() + " in a message of type " + first.type());
            }
        }
    }

    /**
     * Writes it, each packet in one write: SQL Server wants a packet of a login in one record of TLS.
     *
     * @param packetSize of all packets but the last, header included
     */
    public void write(OutputStream out, int packetSize) throws IOException {
        ByteBuffer left = data();
        int number = 1;
        do {
            int length = Math.min(left.remaining(), packetSize - PacketHeader.SIZE);
            boolean last = length == left.remaining();
            ByteBuffer packet = ByteBuffer.allocate(PacketHeader.SIZE + length);
            new PacketHeader(type, last ? PacketHeader.LAST : 0, PacketHeader.SIZE + length, process).put(packet, number);
            packet.put(left.slice(left.position(), length));
            left.position(left.position() + length);
            out.write(packet.array());
            number++;
        } while (left.hasRemaining());
    }

    /** As it is on the wire in packets of the {@linkplain PacketHeader#FIRST_SIZE first size}. */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(bytes, PacketHeader.FIRST_SIZE);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
