package io.relaygate.plugins.tds.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server's message comes to, by its beginning and its end alone: results pass without being understood. One thread.
 *
 * <p>The last token of each answer is a DONE (MS-TDS section 2.2.7.6), whose length is known; errors of a statement that has no rows come first.
 */
public final class ResultSummary {

    private static final int BEGINNING = 1024;

    private final byte[] first = new byte[BEGINNING];
    private final byte[] last;
    private final boolean from72;
    private int firsts;
    private int lasts;

    /** Of a message that has not begun. */
    public ResultSummary(boolean from72) {
        this.from72 = from72;
        this.last = new byte[from72 ? 13 : 9];
    }

    /** Takes the message's next data, without headers. */
    public void take(byte[] bytes, int offset, int length) {
        int n = Math.min(length, BEGINNING - firsts);
        System.arraycopy(bytes, offset, first, firsts, n);
        firsts += n;
        if (length >= last.length) {
            System.arraycopy(bytes, offset + length - last.length, last, 0, last.length);
            lasts = last.length;
        } else {
            int keep = Math.min(lasts, last.length - length);
            System.arraycopy(last, lasts - keep, last, 0, keep);
            System.arraycopy(bytes, offset, last, keep, length);
            lasts = keep + length;
        }
    }

    /** The status of the last DONE; 0 if the message does not end with one. */
    private int status() {
        int type = last[0] & 0xff;
        boolean done = lasts == last.length && type >= Token.Done.STATEMENT;
        return done ? ByteBuffer.wrap(last).order(ByteOrder.LITTLE_ENDIAN).getShort(1) & 0xffff : 0;
    }

    /** Whether it says that what was asked has failed, or was cancelled. */
    public boolean failed() {
        return (status() & Token.Done.FAILED) != 0;
    }

    /** How many rows it says; 0 if it says nothing. */
    public long rows() {
        if ((status() & Token.Done.COUNTED) == 0) {
            return 0;
        }
        ByteBuffer done = ByteBuffer.wrap(last).order(ByteOrder.LITTLE_ENDIAN);
        return Math.max(0, from72 ? done.getLong(5) : done.getInt(5));
    }

    /** The number of the first error that stands before any rows; 0 if there is none. */
    public int error() {
        List<ByteBuffer> errors = beforeRows(Token.Notice.ERROR);
        return errors.isEmpty() ? 0 : errors.getFirst().getInt(2);
    }

    /** The database that the session is in from now on, of those told before any rows; null if none is. */
    public @Nullable String database() {
        String database = null;
        for (ByteBuffer change : beforeRows(Token.EnvChange.TYPE)) {
            int length = 2 * (change.get(3) & 0xff);
            if (change.get(2) == Token.EnvChange.DATABASE && change.remaining() >= 4 + length) {
                database = StandardCharsets.UTF_16LE.decode(change.slice(4, length)).toString();
            }
        }
        return database;
    }

    /** What follows the first bytes of tokens of a type, of those that stand before any rows: six bytes and all that is kept. */
    private List<ByteBuffer> beforeRows(int wanted) {
        List<ByteBuffer> found = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(first, 0, firsts).slice().order(ByteOrder.LITTLE_ENDIAN);
        while (in.remaining() >= 7) {
            int type = in.get() & 0xff;
            if (type == wanted) {
                found.add(in.slice().order(ByteOrder.LITTLE_ENDIAN));
            }
            int length = switch (type) {
                case Token.Notice.ERROR, Token.Notice.INFO, Token.EnvChange.TYPE -> 2 + (in.getShort(in.position()) & 0xffff);
                case Token.Done.IN_CALL, Token.Done.STATEMENT -> last.length - 1;
                default -> in.remaining();
            };
            in.position(in.position() + Math.min(length, in.remaining()));
        }
        return found;
    }
}
