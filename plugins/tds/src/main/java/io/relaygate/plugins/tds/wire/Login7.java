package io.relaygate.plugins.tds.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A login (MS-TDS section 2.2.6.4): 36 bytes of numbers, then where each of its parts is, then the parts, and last the features. All
 * of it is kept, what is not known included. It holds a password: {@link #toString} says nothing of it.
 */
public final class Login7 {

    /** A part of variable length. */
    public enum Part {
        /** The client's machine. */
        HOST(36),
        /** Who logs in. */
        USER(40),
        /** The password, hidden as MS-TDS says. */
        PASSWORD(44),
        /** The client's program. */
        APPLICATION(48),
        /** The server, by the name that the client connects to. */
        SERVER(52),
        /** Where the features are; they are not kept here. */
        EXTENSION(56),
        /** The client's driver. */
        LIBRARY(60),
        /** The language of messages. */
        LANGUAGE(64),
        /** The database to begin in. */
        DATABASE(68),
        /** The first word of Kerberos or NTLM, in bytes. */
        SSPI(78),
        /** A file that is to become a database. */
        ATTACHED(82),
        /** A password that is to replace the other, hidden as that is. */
        NEW_PASSWORD(86);

        private final int entry;

        Part(int entry) {
            this.entry = entry;
        }

        private boolean inBytes() {
            return this == EXTENSION || this == SSPI;
        }

        /** Since 7.2 a login has more of them (section 2.2.6.4, ChangePassword). */
        private boolean isIn(int header) {
            return entry + 4 <= header;
        }
    }

    private static final int NUMBERS = 36;
    private static final int VERSION_AT = 4;
    private static final int PACKET_SIZE_AT = 8;
    private static final int OPTIONS2_AT = 25;
    private static final int TYPE_AT = 26;
    private static final int OPTIONS3_AT = 27;
    private static final int CLIENT_ID_AT = 72;
    private static final int CLIENT_ID = 6;
    private static final int LONG_SSPI_AT = 90;
    private static final int HEADER_70 = 86;
    private static final int HEADER_72 = 94;

    private static final int INTEGRATED = 0x80;
    private static final int READ_ONLY = 0x20;
    private static final int CHANGES_PASSWORD = 0x01;
    private static final int EXTENDED = 0x10;

    /** Of all texts, in bytes, so that all can be pointed at: twelve of the longest that a server takes have less. */
    private static final int LARGEST_TEXTS = 32 * 1024;

    private final byte[] numbers;
    private final byte[] clientId;
    private final Map<Part, byte[]> parts;
    private final List<Feature> features;

    private Login7(byte[] numbers, byte[] clientId, Map<Part, byte[]> parts, List<Feature> features) {
        this.numbers = numbers;
        this.clientId = clientId;
        this.parts = parts;
        this.features = List.copyOf(features);
    }

    /**
     * Reads the data of a message.
     *
     * @throws MalformedException if it is none
     */
    public static Login7 parse(ByteBuffer data) throws MalformedException {
        ByteBuffer in = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.limit() < HEADER_70) {
            throw new MalformedException("a login of " + in.limit() + " bytes");
        }
        int header = TdsVersion.isFrom72(in.getInt(VERSION_AT)) ? HEADER_72 : HEADER_70;
        if (in.getInt(0) != in.limit() || in.limit() < header) {
            throw new MalformedException("a login of " + in.limit() + " bytes that says it has " + Integer.toUnsignedString(in.getInt(0)));
        }
        Map<Part, byte[]> parts = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            if (part.isIn(header)) {
                byte[] value = value(in, part, header);
                if (value.length > 0) {
                    parts.put(part, value);
                }
            }
        }
        byte[] pointer = parts.remove(Part.EXTENSION);
        if (texts(parts) > LARGEST_TEXTS) {
            throw new MalformedException("a login with more than " + LARGEST_TEXTS + " bytes of names");
        }
        boolean extended = header == HEADER_72 && (in.get(OPTIONS3_AT) & EXTENDED) != 0;
        byte[] numbers = new byte[NUMBERS];
        in.get(0, numbers);
        byte[] clientId = new byte[CLIENT_ID];
        in.get(CLIENT_ID_AT, clientId);
        return new Login7(numbers, clientId, parts, extended ? features(in, pointer, header) : List.of());
    }

    private static int texts(Map<Part, byte[]> parts) {
        return parts.entrySet().stream().filter(part -> part.getKey() != Part.SSPI).mapToInt(part -> part.getValue().length).sum();
    }

    private static byte[] value(ByteBuffer in, Part part, int header) throws MalformedException {
        int offset = in.getShort(part.entry) & 0xffff;
        int count = in.getShort(part.entry + 2) & 0xffff;
        long length = part.inBytes() ? count : 2L * count;
        if (part == Part.SSPI && count == 0xffff && header == HEADER_72 && in.getInt(LONG_SSPI_AT) != 0) {
            length = Integer.toUnsignedLong(in.getInt(LONG_SSPI_AT));
        }
        if (length == 0) {
            return new byte[0];
        }
        if (offset < header || offset + length > in.limit()) {
            throw new MalformedException("a login whose part " + part + " is outside of it");
        }
        byte[] value = new byte[(int) length];
        in.get(offset, value);
        return value;
    }

    private static List<Feature> features(ByteBuffer in, byte @Nullable [] pointer, int header) throws MalformedException {
        if (pointer == null || pointer.length < 4) {
            throw new MalformedException("a login that does not say where its features are");
        }
        int offset = ByteBuffer.wrap(pointer).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (offset < header || offset >= in.limit()) {
            throw new MalformedException("a login whose features are outside of it");
        }
        return Feature.read(in.slice(offset, in.limit() - offset).order(ByteOrder.LITTLE_ENDIAN));
    }

    private ByteBuffer number() {
        return ByteBuffer.wrap(numbers).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The version of the protocol that the client wants. */
    public int version() {
        return number().getInt(VERSION_AT);
    }

    /** The size of packets that the client wants, 0 for whatever the server has. */
    public int packetSize() {
        return number().getInt(PACKET_SIZE_AT);
    }

    /** Whether Kerberos or NTLM is to prove who logs in. */
    public boolean integrated() {
        return (numbers[OPTIONS2_AT] & INTEGRATED) != 0;
    }

    /** Whether the client says that it only reads (ApplicationIntent). */
    public boolean readOnly() {
        return (numbers[TYPE_AT] & READ_ONLY) != 0;
    }

    /** Whether the password is to be changed. */
    public boolean changesPassword() {
        return (numbers[OPTIONS3_AT] & CHANGES_PASSWORD) != 0 || parts.containsKey(Part.NEW_PASSWORD);
    }

    /** A part as text; empty if there is none. */
    public String text(Part part) {
        return new String(parts.getOrDefault(part, new byte[0]), StandardCharsets.UTF_16LE);
    }

    /** The password in clear, for the caller to wipe. */
    public char[] password() {
        return HiddenPassword.show(parts.getOrDefault(Part.PASSWORD, new byte[0]));
    }

    /** What the client asks for besides. */
    public List<Feature> features() {
        return features;
    }

    /** The first feature of this id; null if it is not asked for. */
    public @Nullable Feature feature(int id) {
        return features.stream().filter(feature -> feature.id() == id).findFirst().orElse(null);
    }

    /** The same in another version of the protocol, of those that write a login alike. */
    public Login7 withVersion(int version) {
        return withNumber(VERSION_AT, version);
    }

    /** The same with another size of packets. */
    public Login7 withPacketSize(int size) {
        return withNumber(PACKET_SIZE_AT, size);
    }

    private Login7 withNumber(int at, int value) {
        byte[] changed = numbers.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        return new Login7(changed, clientId, parts, features);
    }

    /** The same with another part; empty to leave it out. */
    public Login7 with(Part part, String text) {
        Map<Part, byte[]> changed = new EnumMap<>(parts);
        changed.put(part, text.getBytes(StandardCharsets.UTF_16LE));
        return new Login7(numbers, clientId, changed, features);
    }

    /** The same with other features. */
    public Login7 withFeatures(List<Feature> others) {
        return new Login7(numbers, clientId, parts, others);
    }

    /** The same of another, who proves it by a password: without Kerberos, NTLM and federated authentication. */
    public Login7 as(String user, char[] password) {
        byte[] changed = numbers.clone();
        changed[OPTIONS2_AT] &= (byte) ~INTEGRATED;
        Map<Part, byte[]> others = new EnumMap<>(parts);
        others.remove(Part.SSPI);
        others.put(Part.USER, user.getBytes(StandardCharsets.UTF_16LE));
        others.put(Part.PASSWORD, HiddenPassword.hide(password));
        List<Feature> kept = features.stream().filter(feature -> feature.id() != Feature.FEDERATED).toList();
        return new Login7(changed, clientId, others, kept);
    }

    /** The data of a message: the parts follow each other in the order of their entries, SSPI behind them as the largest, then the features. */
    public byte[] encode() {
        int header = TdsVersion.isFrom72(version()) ? HEADER_72 : HEADER_70;
        TokenWriter extension = new TokenWriter();
        if (!features.isEmpty()) {
            Feature.write(features, extension);
        }
        byte[] sspi = parts.getOrDefault(Part.SSPI, new byte[0]);
        int pointer = features.isEmpty() ? 0 : 4;
        int beforeFeatures = header + texts(parts) + pointer + sspi.length;
        ByteBuffer out = ByteBuffer.allocate(beforeFeatures + extension.size()).order(ByteOrder.LITTLE_ENDIAN);
        out.put(numbers).putInt(0, out.limit()).put(CLIENT_ID_AT, clientId).put(beforeFeatures, extension.toBytes());
        out.put(OPTIONS3_AT, (byte) (features.isEmpty() ? numbers[OPTIONS3_AT] & ~EXTENDED : numbers[OPTIONS3_AT] | EXTENDED));
        int at = header;
        for (Part part : Part.values()) {
            if (part.isIn(header) && part != Part.SSPI) {
                byte[] value = parts.getOrDefault(part, new byte[part == Part.EXTENSION ? pointer : 0]);
                out.putShort(part.entry, (short) at).putShort(part.entry + 2, (short) (part.inBytes() ? value.length : value.length / 2));
                out.put(at, value);
                if (part == Part.EXTENSION && pointer > 0) {
                    out.putInt(at, beforeFeatures);
                }
                at += value.length;
            }
        }
        out.putShort(Part.SSPI.entry, (short) at).putShort(Part.SSPI.entry + 2, (short) Math.min(sspi.length, 0xffff)).put(at, sspi);
        if (sspi.length >= 0xffff && header == HEADER_72) {
            out.putInt(LONG_SSPI_AT, sspi.length);
        }
        return out.array();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Login7 login && Arrays.equals(encode(), login.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }

    @Override
    public String toString() {
        return "a login of TDS " + TdsVersion.text(version()) + " for " + text(Part.DATABASE);
    }
}
