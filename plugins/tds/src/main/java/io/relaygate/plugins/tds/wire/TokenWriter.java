package io.relaygate.plugins.tds.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes numbers, little-endian, and texts. */
final class TokenWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    TokenWriter int8(int value) {
        bytes.write(value);
        return this;
    }

    TokenWriter int16(int value) {
        return int8(value).int8(value >>> 8);
    }

    TokenWriter int32(int value) {
        return int16(value).int16(value >>> 16);
    }

    TokenWriter int64(long value) {
        return int32((int) value).int32((int) (value >>> 32));
    }

    TokenWriter bytes(ByteBuffer value) {
        byte[] copy = new byte[value.remaining()];
        value.duplicate().get(copy);
        return bytes(copy);
    }

    TokenWriter bytes(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    /** B_VARCHAR (MS-TDS section 2.2.5.2.1), cut at its longest. */
    TokenWriter shortText(String text) {
        String cut = text.substring(0, Math.min(text.length(), 0xff));
        return int8(cut.length()).bytes(cut.getBytes(StandardCharsets.UTF_16LE));
    }

    /** US_VARCHAR (MS-TDS section 2.2.5.2.1), cut well below its longest. */
    TokenWriter text(String text) {
        String cut = text.substring(0, Math.min(text.length(), 0x1fff));
        return int16(cut.length()).bytes(cut.getBytes(StandardCharsets.UTF_16LE));
    }

    int size() {
        return bytes.size();
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
