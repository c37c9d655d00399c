package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.Call;
import io.relaygate.plugins.tds.wire.MalformedException;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.SqlText;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request of a client, as it comes. One thread. */
final class Asked {

    /** Of data that are kept to be looked at; more pass, or are denied where it has to be known what they are. */
    static final int KEPT = 256 * 1024;

    /** As much of a statement as an audit keeps, and a little more, so that it says that there is more. */
    private static final int TOLD = 260;

    private final int type;
    private final boolean from72;
    private final boolean keeps;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private long bytes;

    /**
     * Nothing has come yet.
     *
     * @param keeps whether its data will be looked into
     */
    Asked(int type, boolean from72, boolean keeps) {
        this.type = type;
        this.from72 = from72;
        this.keeps = keeps && type != PacketHeader.BULK;
    }

    /** Whether it is one of those that do something: statements, calls, rows to be loaded. */
    static boolean isOne(int type) {
        return type == PacketHeader.BATCH || type == PacketHeader.CALL || type == PacketHeader.BULK;
    }

    int type() {
        return type;
    }

    /** Takes a packet, which is {@code length} bytes long. */
    void take(byte[] packets, int offset, int length) {
        bytes += length - PacketHeader.SIZE;
        if (keeps && data.size() < KEPT) {
            data.write(packets, offset + PacketHeader.SIZE, Math.min(length - PacketHeader.SIZE, KEPT - data.size()));
        }
    }

    /** Whether all that has come is kept: what is asked cannot be told otherwise. */
    boolean isKept() {
        return bytes <= KEPT;
    }

    /** What is asked, when all of it is there; null if that cannot be told. */
    @Nullable List<Call> calls() {
        if (!isKept() || !keeps) {
            return null;
        }
        try {
            ByteBuffer whole = ByteBuffer.wrap(data.toByteArray());
            return type == PacketHeader.BATCH ? List.of(Call.batch(whole, from72)) : Call.all(whole, from72);
        } catch (MalformedException e) {
            return null;
        }
    }

    /**
     * For the audit: literals are left out, and texts are cut there.
     *
     * @param sha256 nobody else's meanwhile: to find one takes longer than to use it
     */
    Map<String, String> facts(@Nullable List<Call> calls, MessageDigest sha256) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("kind", switch (type) {
            case PacketHeader.BATCH -> "batch";
            case PacketHeader.CALL -> "call";
            default -> "bulk";
        });
        facts.put("bytes", Long.toString(bytes));
        if (calls != null && !calls.isEmpty()) {
            Call first = calls.getFirst();
            String statement = Objects.requireNonNullElse(first.statement(), "");
            facts.put("procedure", first.procedure());
            facts.put("calls", Integer.toString(calls.size()));
            facts.put("text", SqlText.masked(statement, TOLD));
            facts.put("sha256", statement.isEmpty() ? "" : HexFormat.of().formatHex(sha256.digest(statement.getBytes(StandardCharsets.UTF_8))));
        }
        return facts;
    }
}
