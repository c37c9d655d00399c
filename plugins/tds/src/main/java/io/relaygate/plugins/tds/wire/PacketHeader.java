package io.relaygate.plugins.tds.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What each packet begins with (MS-TDS section 2.2.3.1): type, status, length with these 8 bytes, process, number, window.
 *
 * @param type one of the constants here
 * @param status bits of {@link #LAST} and others
 * @param length of the whole packet, {@link #SIZE} to {@link #LARGEST}
 * @param process the server's process (SPID), 0 if it is not known
 */
public record PacketHeader(int type, int status, int length, int process) {

    /** In bytes. */
    public static final int SIZE = 8;

    /** The largest packet that can be agreed on. */
    public static final int LARGEST = 32767;

    /** The size of packets before another is agreed on (section 2.2.6.4, PacketSize). */
    public static final int FIRST_SIZE = 4096;

    /** Type: a batch of statements. */
    public static final int BATCH = 0x01;

    /** Type: calls of procedures. */
    public static final int CALL = 0x03;

    /** Type: whatever a server says. */
    public static final int RESULT = 0x04;

    /** Type: a wish that what runs be ended. */
    public static final int ATTENTION = 0x06;

    /** Type: rows to be loaded. */
    public static final int BULK = 0x07;

    /** Type: a token of federated authentication. */
    public static final int FEDERATED_TOKEN = 0x08;

    /** Type: a request about transactions. */
    public static final int TRANSACTION = 0x0e;

    /** Type: a login. */
    public static final int LOGIN = 0x10;

    /** Type: a further word of Kerberos or NTLM. */
    public static final int SSPI = 0x11;

    /** Type: what is said before a login, and the TLS handshake of TDS 7. */
    public static final int PRELOGIN = 0x12;

    /** Status: the message ends with this packet. */
    public static final int LAST = 0x01;

    /** Status: the session is to be as after its login, with its transaction or without (RESETCONNECTION, RESETCONNECTIONSKIPTRAN). */
    public static final int RESETS = 0x18;

    /** Whether the message ends with this packet. */
    public boolean last() {
        return (status & LAST) != 0;
    }

    /**
     * Reads one, byte for byte and not further; null if the stream has ended before it.
     *
     * @throws MalformedException if its length cannot be one
     * @throws EOFException if the stream ends in it
     */
    public static @Nullable PacketHeader read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(SIZE);
        if (bytes.length == 0) {
            return null;
        }
        if (bytes.length < SIZE) {
            throw new EOFException("a packet was cut off");
        }
        return of(ByteBuffer.wrap(bytes));
    }

    /**
     * The header that bytes begin with, at least {@link #SIZE} of them.
     *
     * @throws MalformedException if its length cannot be one
     */
    public static PacketHeader of(ByteBuffer bytes) throws MalformedException {
        int at = bytes.position();
        int length = bytes.getShort(at + 2) & 0xffff;
        if (length < SIZE || length > LARGEST) {
            throw new MalformedException("a packet of " + length + " bytes");
        }
        return new PacketHeader(bytes.get(at) & 0xff, bytes.get(at + 1) & 0xff, length, bytes.getShort(at + 4) & 0xffff);
    }

    /** Puts it as it is on the wire, with a number that receivers ignore. */
    void put(ByteBuffer into, int number) {
        into.put((byte) type).put((byte) status).putShort((short) length).putShort((short) process).put((byte) number).put((byte) 0);
    }
}
