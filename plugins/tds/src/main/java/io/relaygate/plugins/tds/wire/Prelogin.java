package io.relaygate.plugins.tds.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What client and server say before a login (MS-TDS section 2.2.6.5): options by their tokens, in the order in which they came.
 * Options that are not known are kept.
 */
public final class Prelogin {

    /** Token: six bytes, major, minor, build (two, big-endian), sub-build (two). */
    public static final int VERSION = 0;

    /** Token: an {@link Encryption}. */
    public static final int ENCRYPTION = 1;

    /** Token: the name of an instance with a zero behind it; from a server 0 if it is its own. */
    public static final int INSTANCE = 2;

    /** Token: a client's thread, four bytes; from a server nothing. */
    public static final int THREAD = 3;

    /** Token: whether several requests may go on at once (MARS). */
    public static final int MARS = 4;

    /** Token: a client's id of the connection, 16 bytes, and of what it does, 20 bytes. */
    public static final int TRACE = 5;

    /** Token: whether federated authentication is asked for. */
    public static final int FEDERATED = 6;

    private static final int END = 0xff;
    private static final int ENTRY = 5;
    private static final int MOST_OPTIONS = 32;

    private final Map<Integer, byte[]> options;

    private Prelogin(Map<Integer, byte[]> options) {
        this.options = options;
    }

    /** One with a version alone, as what says it is known to clients and servers. */
    public static Prelogin of(int major, int minor, int build) {
        Map<Integer, byte[]> options = new LinkedHashMap<>();
        options.put(VERSION, ByteBuffer.allocate(6).put((byte) major).put((byte) minor).putShort((short) build).array());
        return new Prelogin(options);
    }

    /**
     * Reads the data of a message.
     *
     * @throws MalformedException if it is none
     */
    public static Prelogin parse(ByteBuffer data) throws MalformedException {
        ByteBuffer in = data.slice().order(ByteOrder.BIG_ENDIAN);
        Map<Integer, byte[]> options = new LinkedHashMap<>();
        while (true) {
            if (!in.hasRemaining()) {
                throw new MalformedException("a PRELOGIN without an end of its options");
            }
            int token = in.get() & 0xff;
            if (token == END) {
                break;
            }
            if (in.remaining() < ENTRY - 1 || options.size() == MOST_OPTIONS) {
                throw new MalformedException("a PRELOGIN whose options cannot be read");
            }
            int offset = in.getShort() & 0xffff;
            int length = in.getShort() & 0xffff;
            if (offset + length > in.limit()) {
                throw new MalformedException("a PRELOGIN with option " + token + " outside of it");
            }
            byte[] value = new byte[length];
            in.get(offset, value);
            if (options.putIfAbsent(token, value) != null) {
                throw new MalformedException("a PRELOGIN with option " + token + " twice");
            }
        }
        byte[] version = options.get(VERSION);
        if (version == null || version.length < 6 || options.keySet().iterator().next() != VERSION) {
            throw new MalformedException("a PRELOGIN that does not begin with a version");
        }
        return new Prelogin(options);
    }

    /** The same without all options but some. */
    public Prelogin only(Integer... tokens) {
        Map<Integer, byte[]> kept = new LinkedHashMap<>(options);
        kept.keySet().retainAll(Set.of(tokens));
        return new Prelogin(kept);
    }

    /** The same without an option. */
    public Prelogin without(Integer token) {
        Map<Integer, byte[]> kept = new LinkedHashMap<>(options);
        kept.remove(token);
        return new Prelogin(kept);
    }

    /** The same with an option, in its place if there is one. */
    public Prelogin with(int token, byte... value) {
        Map<Integer, byte[]> changed = new LinkedHashMap<>(options);
        changed.put(token, value.clone());
        return new Prelogin(changed);
    }

    /** The same with another word about TLS. */
    public Prelogin with(Encryption encryption) {
        return with(ENCRYPTION, encryption.value());
    }

    /** What is said about TLS; that there is none if nothing is. */
    public Encryption encryption() {
        byte[] value = options.get(ENCRYPTION);
        return value == null || value.length == 0 ? Encryption.NOT_SUPPORTED : Encryption.of(value[0]);
    }

    /** Whether an option is there. */
    public boolean has(int token) {
        return options.containsKey(token);
    }

    /** Whether an option is there whose first byte is 1. */
    public boolean says(int token) {
        byte[] value = options.get(token);
        return value != null && value.length > 0 && value[0] == 1;
    }

    /** By what a client names the connection, as its driver shows it: a GUID; empty if it says none. */
    public String trace() {
        byte[] value = options.get(TRACE);
        if (value == null || value.length < 16) {
            return "";
        }
        // The first three groups are numbers, and so the other way round.
        byte[] turned = {value[3], value[2], value[1], value[0], value[5], value[4], value[7], value[6]};
        String hex = HexFormat.of().formatHex(turned) + HexFormat.of().formatHex(value, 8, 16);
        return hex.substring(0, 8) + "-" + hex.substring(8, 12) + "-" + hex.substring(12, 16) + "-" + hex.substring(16, 20) + "-"
                + hex.substring(20);
    }

    /** The data of a message: the values follow each other as their options do. */
    public byte[] encode() {
        int head = ENTRY * options.size() + 1;
        int all = head + options.values().stream().mapToInt(value -> value.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(all);
        int offset = head;
        for (Map.Entry<Integer, byte[]> option : options.entrySet()) {
            bytes.put(option.getKey().byteValue()).putShort((short) offset).putShort((short) option.getValue().length);
            offset += option.getValue().length;
        }
        bytes.put((byte) END);
        options.values().forEach(bytes::put);
        return bytes.array();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Prelogin prelogin && Arrays.equals(encode(), prelogin.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }

    @Override
    public String toString() {
        return "PRELOGIN " + HexFormat.of().formatHex(encode());
    }
}
