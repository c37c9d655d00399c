package io.relaygate.plugins.tds.wire;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A parameter's type and value (MS-TDS sections 2.2.5.4 and 2.2.5.5). Values that are no text are passed over. */
final class Parameter {

    private static final int COLLATION = 5;
    private static final int NVARCHAR = 0xe7;
    private static final int NCHAR = 0xef;
    private static final int NTEXT = 0x63;
    private static final int IN_CHUNKS = 0xffff;

    private Parameter() {}

    /**
     * Takes a type and its value.
     *
     * @return the value if it is Unicode text, else null
     * @throws MalformedException if the type is not known
     * @throws BufferUnderflowException if the data end in it
     */
    static @Nullable String value(ByteBuffer in) throws MalformedException {
        int type = in.get() & 0xff;
        return switch (type) {
            case 0x1f -> skipped(in, 0);
            case 0x30, 0x32 -> skipped(in, 1);
            case 0x34 -> skipped(in, 2);
            case 0x38, 0x3a, 0x3b, 0x7a -> skipped(in, 4);
            case 0x3c, 0x3d, 0x3e, 0x7f -> skipped(in, 8);
            case 0x28 -> small(in, 0);
            case 0x24, 0x26, 0x68, 0x6d, 0x6e, 0x6f, 0x29, 0x2a, 0x2b -> small(in, 1);
            case 0x37, 0x3f, 0x6a, 0x6c -> small(in, 3);
            case 0xa5, 0xad -> sized(in, false, 0);
            case 0xa7, 0xaf -> sized(in, false, COLLATION);
            case NVARCHAR, NCHAR -> sized(in, true, COLLATION);
            case 0x22, 0x62 -> large(in, false, 0);
            case 0x23 -> large(in, false, COLLATION);
            case NTEXT -> large(in, true, COLLATION);
            case 0xf1 -> {
                if (in.get() != 0) {
                    throw new MalformedException("a parameter of XML with a schema");
                }
                chunks(in);
                yield null;
            }
            default -> throw new MalformedException("a parameter of type " + type);
        };
    }

    private static @Nullable String skipped(ByteBuffer in, int bytes) {
        part(in, bytes);
        return null;
    }

    private static @Nullable String small(ByteBuffer in, int ofType) {
        part(in, ofType);
        return skipped(in, in.get() & 0xff);
    }

    private static @Nullable String sized(ByteBuffer in, boolean text, int collation) throws MalformedException {
        boolean inChunks = (in.getShort() & 0xffff) == IN_CHUNKS;
        part(in, collation);
        if (inChunks) {
            byte[] all = chunks(in);
            return text && all != null ? new String(all, StandardCharsets.UTF_16LE) : null;
        }
        int length = in.getShort() & 0xffff;
        if (length == 0xffff) {
            return null;
        }
        ByteBuffer value = part(in, length);
        return text ? StandardCharsets.UTF_16LE.decode(value).toString() : null;
    }

    private static @Nullable String large(ByteBuffer in, boolean text, int collation) {
        in.getInt();
        part(in, collation);
        int length = in.getInt();
        if (length == -1) {
            return null;
        }
        ByteBuffer value = part(in, length);
        return text ? StandardCharsets.UTF_16LE.decode(value).toString() : null;
    }

    /** A value whose length is not known at its beginning (PLP, section 2.2.5.2.3). */
    private static byte @Nullable [] chunks(ByteBuffer in) {
        if (in.getLong() == -1) {
            return null;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int length = in.getInt(); length != 0; length = in.getInt()) {
            ByteBuffer part = part(in, length);
            byte[] chunk = new byte[length];
            part.get(chunk);
            all.writeBytes(chunk);
        }
        return all.toByteArray();
    }

    /** Text of so many characters. */
    static String text(ByteBuffer in, int characters) {
        return StandardCharsets.UTF_16LE.decode(part(in, 2 * characters)).toString();
    }

    private static ByteBuffer part(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return part;
    }
}
