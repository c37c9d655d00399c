package io.relaygate.plugins.tds.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call of a procedure (MS-TDS section 2.2.6.6), or a batch of statements (section 2.2.6.7), as far as it can be looked into.
 *
 * @param procedure its name in lower case; empty for a batch
 * @param statement the statements that it carries; null if it carries none
 */
public record Call(String procedure, @Nullable String statement) {

    /** Procedures by their numbers (section 2.2.6.6, ProcID). */
    private static final List<String> BY_NUMBER = List.of("", "sp_cursor", "sp_cursoropen", "sp_cursorprepare", "sp_cursorexecute",
            "sp_cursorprepexec", "sp_cursorunprepare", "sp_cursorfetch", "sp_cursoroption", "sp_cursorclose", "sp_executesql", "sp_prepare",
            "sp_execute", "sp_prepexec", "sp_prepexecrpc", "sp_unprepare");

    /** Which parameter has the statement, from 1 on. */
    private static final Map<String, Integer> STATEMENT_AT = Map.of("sp_executesql", 1, "sp_cursoropen", 2, "sp_prepare", 3, "sp_prepexec", 3,
            "sp_cursorprepare", 3, "sp_cursorprepexec", 4);

    private static final int NUMBERED = 0xffff;
    private static final int SEPARATOR = 0xff;
    private static final int SEPARATOR_70 = 0x80;
    private static final int NOT_TO_BE_RUN = 0xfe;

    /**
     * The statements of a batch.
     *
     * @throws MalformedException if it is none
     */
    public static Call batch(ByteBuffer data, boolean from72) throws MalformedException {
        try {
            return new Call("", StandardCharsets.UTF_16LE.decode(afterHeaders(data, from72)).toString());
        } catch (BufferUnderflowException e) {
            throw new MalformedException("a batch that is cut off");
        }
    }

    /**
     * All calls of a message.
     *
     * @throws MalformedException if it is none, or has parameters of a type that is not known here
     */
    public static List<Call> all(ByteBuffer data, boolean from72) throws MalformedException {
        try {
            ByteBuffer in = afterHeaders(data, from72);
            List<Call> calls = new ArrayList<>();
            do {
                calls.add(next(in, from72));
            } while (in.hasRemaining());
            return calls;
        } catch (BufferUnderflowException e) {
            throw new MalformedException("a call that is cut off");
        }
    }

    /** Without what stands before all requests since 7.2 (section 2.2.5.3). */
    private static ByteBuffer afterHeaders(ByteBuffer data, boolean from72) throws MalformedException {
        ByteBuffer in = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (from72) {
            int length = in.getInt();
            if (length < 4 || length > in.limit()) {
                throw new MalformedException("a request whose headers are longer than it");
            }
            in.position(length);
        }
        return in.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Call next(ByteBuffer in, boolean from72) throws MalformedException {
        int length = in.getShort() & 0xffff;
        String procedure = length == NUMBERED ? numbered(in.getShort() & 0xffff) : name(in, length);
        in.getShort();
        int wanted = STATEMENT_AT.getOrDefault(procedure, 0);
        String statement = null;
        for (int parameter = 1; in.hasRemaining(); parameter++) {
            int first = in.get(in.position()) & 0xff;
            if (first == NOT_TO_BE_RUN || first == (from72 ? SEPARATOR : SEPARATOR_70)) {
                in.get();
                break;
            }
            Parameter.text(in, in.get() & 0xff);
            in.get();
            String value = Parameter.value(in);
            if (parameter == wanted) {
                statement = value;
            }
        }
        return new Call(procedure, statement);
    }

    private static String numbered(int number) {
        return number > 0 && number < BY_NUMBER.size() ? BY_NUMBER.get(number) : "#" + number;
    }

    /** As it is called, without quotes and the names of its database and schema where these are the system's. */
    private static String name(ByteBuffer in, int length) {
        String name = Parameter.text(in, length).toLowerCase(Locale.ROOT).replaceAll("[\\[\\]\"]", "");
        return name.replaceFirst("^(master\\.|\\.)?(sys|dbo)?\\.+(?=sp_)", "");
    }

    /** Whether the statement that it is to carry is there. */
    public boolean isWhole() {
        return statement != null || (!procedure.isEmpty() && !STATEMENT_AT.containsKey(procedure));
    }
}
