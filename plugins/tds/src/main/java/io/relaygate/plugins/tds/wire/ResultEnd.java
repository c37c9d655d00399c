package io.relaygate.plugins.tds.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens at the end of a server's message, read backwards. Rows can be told from tokens only by who knows their columns; but each
 * message ends with a DONE, whose length is known, and what stands before it in an answer to a call, or to what has failed, says
 * where it begins by its form or its length. One thread.
 */
final class ResultEnd {

    /** As much as a call's end and an error of some hundred letters take. */
    private static final int SIZE = 1024;

    private static final int RETURN_STATUS = 0x79;
    private static final int RETURN_STATUS_SIZE = 5;
    private static final int RETURN_VALUE = 0xac;

    private static final int INTN = 0x26;

    /** Of a RETURNVALUE that is an int, its type, its length and it (MS-TDS sections 2.2.5.4 and 2.2.7.19). */
    private static final int INT_SIZE = 7;

    /** Where of a RETURNVALUE its name is, behind the ordinal. */
    private static final int NAME = 3;

    private static final int WORD_HEAD = 3;
    private static final int NOTICE_LEAST = 10;

    /** All bits that a DONE has: more, failed, in a transaction, counted, attention, severe. */
    private static final int STATUS_BITS = 0x137;

    private final byte[] bytes = new byte[SIZE];
    private final ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    private final boolean from72;
    private final int doneSize;
    private int count;

    ResultEnd(boolean from72) {
        this.from72 = from72;
        this.doneSize = from72 ? 13 : 9;
    }

    /** How many bytes a DONE has. */
    int doneSize() {
        return doneSize;
    }

    /** Takes the message's next data. */
    void take(byte[] from, int offset, int length) {
        int taken = Math.min(length, SIZE);
        int kept = Math.min(count, SIZE - taken);
        System.arraycopy(bytes, count - kept, bytes, 0, kept);
        System.arraycopy(from, offset + length - taken, bytes, kept, taken);
        count = kept + taken;
    }

    /** Whether the message's last word is that something has failed. */
    boolean failed() {
        return isDone(count - doneSize) && (status(count - doneSize) & Token.Done.FAILED) != 0;
    }

    /** How many rows there are: as the last word says, or, where that ends a call, the last word before it that says it; 0 if none does. */
    long rows() {
        for (int at : tokens()) {
            if (isDone(at) && (status(at) & Token.Done.COUNTED) != 0) {
                return Math.max(0, from72 ? in.getLong(at + 5) : in.getInt(at + 5));
            }
        }
        return 0;
    }

    /** The number of the first error of those that stand together at the end of what has failed; 0 if there is none. */
    int error() {
        int number = 0;
        if (failed()) {
            for (int at : tokens()) {
                number = type(at) == Token.Notice.ERROR ? in.getInt(at + WORD_HEAD) : number;
            }
        }
        return number;
    }

    /** Where tokens begin, the last one first, as far back as can be told. Before a statement's end that has not failed may be rows. */
    private List<Integer> tokens() {
        List<Integer> found = new ArrayList<>();
        int at = count - doneSize;
        if (isDone(at)) {
            boolean statement = type(at) == Token.Done.STATEMENT && !failed();
            while (at >= 0) {
                found.add(at);
                at = statement ? -1 : before(at);
            }
        }
        return found;
    }

    /** Where the token begins that ends here; -1 if that cannot be told. */
    private int before(int end) {
        int done = end - doneSize;
        if (isDone(done) && (status(done) & Token.Done.MORE) != 0) {
            return done;
        }
        int returned = end - RETURN_STATUS_SIZE;
        if (returned >= 0 && type(returned) == RETURN_STATUS) {
            return returned;
        }
        for (int start = end - WORD_HEAD; start >= 0; start--) {
            if (isWord(start, end) || isInt(start, end)) {
                return start;
            }
        }
        return -1;
    }

    private boolean isDone(int at) {
        return at >= 0 && type(at) >= Token.Done.STATEMENT && (status(at) & ~STATUS_BITS) == 0;
    }

    /** Whether an error, a notice or a change has exactly this place. */
    private boolean isWord(int start, int end) {
        int length = end - start - WORD_HEAD;
        if (Short.toUnsignedInt(in.getShort(start + 1)) != length) {
            return false;
        }
        return switch (type(start)) {
            case Token.Notice.ERROR, Token.Notice.INFO -> length >= NOTICE_LEAST && 2 * Short.toUnsignedInt(in.getShort(start + WORD_HEAD + 6)) <= length - NOTICE_LEAST;
            case Token.EnvChange.TYPE -> length > 1;
            default -> false;
        };
    }

    /** Whether a returned int has exactly this place: behind its name are status, user type and flags. */
    private boolean isInt(int start, int end) {
        int name = start + NAME;
        if (type(start) != RETURN_VALUE || name >= end) {
            return false;
        }
        int type = name + 1 + 2 * type(name) + (from72 ? 7 : 5);
        return type + INT_SIZE == end && type(type) == INTN && bytes[type + 1] == 4 && bytes[type + 2] == 4;
    }

    /** A byte, such as a token begins with. */
    private int type(int at) {
        return bytes[at] & 0xff;
    }

    private int status(int at) {
        return Short.toUnsignedInt(in.getShort(at + 1));
    }
}
