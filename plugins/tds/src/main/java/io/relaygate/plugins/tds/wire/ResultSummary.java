package io.relaygate.plugins.tds.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server's message comes to, by its beginning and its end alone: results pass without being understood. One thread. */
public final class ResultSummary {

    private static final int BEGINNING = 1024;

    private final byte[] first = new byte[BEGINNING];
    private final ResultEnd end;
    private int firsts;

    /** Of a message that has not begun. */
    public ResultSummary(boolean from72) {
        this.end = new ResultEnd(from72);
    }

    /** Takes the message's next data, without headers. */
    public void take(byte[] bytes, int offset, int length) {
        int n = Math.min(length, BEGINNING - firsts);
        System.arraycopy(bytes, offset, first, firsts, n);
        firsts += n;
        end.take(bytes, offset, length);
    }

    /** Whether it says that what was asked has failed, or was cancelled. */
    public boolean failed() {
        return end.failed();
    }

    /** How many rows it says; 0 if it says nothing. */
    public long rows() {
        return end.rows();
    }

    /** The number of the first error that stands before any rows, or else at the end of what has failed; 0 if there is none. */
    public int error() {
        List<ByteBuffer> errors = beforeRows(Token.Notice.ERROR);
        return errors.isEmpty() ? end.error() : errors.getFirst().getInt(2);
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
                case Token.Done.IN_CALL, Token.Done.STATEMENT -> end.doneSize() - 1;
                default -> in.remaining();
            };
            in.position(in.position() + Math.min(length, in.remaining()));
        }
        return found;
    }
}
