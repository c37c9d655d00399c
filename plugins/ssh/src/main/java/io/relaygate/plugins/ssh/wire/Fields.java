package io.relaygate.plugins.ssh.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the fields of a message one after the other (RFC 4251 section 5). */
public final class Fields {

    private static final long LARGEST = 0xffff_ffffL;

    private final ByteBuffer left;

    /** Of these bytes, which are not copied. */
    public Fields(byte[] bytes, int offset, int length) {
        left = ByteBuffer.wrap(bytes, offset, length);
    }

    /** A byte, 0 to 255. */
    public int octet() throws IOException {
        require(1);
        return left.get() & 0xff;
    }

    /** A boolean. */
    public boolean flag() throws IOException {
        return octet() != 0;
    }

    /** Four bytes, 0 to 2^32 - 1. */
    public long uint32() throws IOException {
        return int32() & LARGEST;
    }

    /** Four bytes as they are: a number that is ours, or one that is only handed back. */
    public int int32() throws IOException {
        require(Integer.BYTES);
        return left.getInt();
    }

    /** Bytes after their length, copied. */
    public byte[] string() throws IOException {
        byte[] bytes = new byte[length()];
        left.get(bytes);
        return bytes;
    }

    /** Text after its length, of which what is no UTF-8 is replaced. */
    public String text() throws IOException {
        return new String(string(), StandardCharsets.UTF_8);
    }

    /** How many bytes come next, after their length: they begin at {@link #position}. */
    public int length() throws IOException {
        long length = uint32();
        require(length);
        return (int) length;
    }

    /** Where in the array the next byte is. */
    public int position() {
        return left.position();
    }

    /** What is left, copied. */
    public byte[] rest() {
        byte[] bytes = new byte[left.remaining()];
        left.get(bytes);
        return bytes;
    }

    private void require(long length) throws IOException {
        if (length > left.remaining()) {
            throw new IOException("it sends a message that ends too early");
        }
    }
}
