package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.Call;
import io.relaygate.plugins.tds.wire.MalformedException;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.SqlText;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request of a client, as it comes. One thread. */
final class Asked {

    /** Of data that are kept to be looked at; more pass, or are denied where it has to be known what they are. */
    static final int KEPT = 256 * 1024;

    private final int type;
    private final boolean from72;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private long bytes;

    Asked(int type, boolean from72) {
        this.type = type;
        this.from72 = from72;
    }

    /** Whether it is one of those that do something: statements, calls, rows to be loaded. */
    static boolean isOne(int type) {
        return type == PacketHeader.BATCH || type == PacketHeader.CALL || type == PacketHeader.BULK;
    }

    int type() {
        return type;
    }

    /** Takes a packet. */
    void take(byte[] packet, int length) {
        bytes += length - PacketHeader.SIZE;
        if (type != PacketHeader.BULK && data.size() < KEPT) {
            data.write(packet, PacketHeader.SIZE, Math.min(length - PacketHeader.SIZE, KEPT - data.size()));
        }
    }

    /** Whether all that has come is kept: what is asked cannot be told otherwise. */
    boolean isKept() {
        return bytes <= KEPT;
    }

    /** What is asked, when all of it is there; null if that cannot be told. */
    @Nullable List<Call> calls() {
        if (!isKept() || type == PacketHeader.BULK) {
            return null;
        }
        try {
            ByteBuffer whole = ByteBuffer.wrap(data.toByteArray());
            return type == PacketHeader.BATCH ? List.of(Call.batch(whole, from72)) : Call.all(whole, from72);
        } catch (MalformedException e) {
            return null;
        }
    }

    /** For the audit: literals are left out, and texts are cut there. */
    Map<String, String> facts(@Nullable List<Call> calls) {
        Map<String, String> facts = new TreeMap<>();
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
            facts.put("text", SqlText.of(statement).masked());
            facts.put("sha256", statement.isEmpty() ? "" : sha256(statement));
        }
        return facts;
    }

    private static String sha256(String statement) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(statement.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
