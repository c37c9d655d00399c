package io.relaygate.access.ssh;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the data types of SSH (RFC 4251 section 5) from a buffer. Nothing is copied before its length has been found to lie
 * within the buffer. Every method throws an IllegalArgumentException if there is less, or something else.
 */
final class SshReader {

    private final ByteBuffer bytes;

    SshReader(ByteBuffer bytes) {
        this.bytes = bytes.slice();
    }

    /** How many bytes were read. */
    int read() {
        return bytes.position();
    }

    boolean atEnd() {
        return !bytes.hasRemaining();
    }

    int uint32() {
        need(4);
        return bytes.getInt();
    }

    /** As unsigned bits. */
    long uint64() {
        need(8);
        return bytes.getLong();
    }

    /** A string, as bytes that are not copied. */
    ByteBuffer string() {
        int length = uint32();
        need(length);
        ByteBuffer content = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return content;
    }

    byte[] octets() {
        ByteBuffer content = string();
        byte[] copy = new byte[content.remaining()];
        content.get(copy);
        return copy;
    }

    String text() {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(string()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text that is no UTF-8", e);
        }
    }

    /** Nothing may follow. */
    void end() {
        if (!atEnd()) {
            throw new IllegalArgumentException(bytes.remaining() + " bytes too many");
        }
    }

    private void need(int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalArgumentException("it is cut off, or has a wrong length in it");
        }
    }
}
