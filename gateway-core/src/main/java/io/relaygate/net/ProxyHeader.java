package io.relaygate.net;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol, versions 1 and 2 (HAProxy's {@code proxy-protocol.txt}): a header in front of a TCP connection in
 * which a balancer says for whom it connects.
 */
public final class ProxyHeader {

    /** More than any balancer says; a header beyond it is {@link NotProxy}. */
    public static final int MAX_BYTES = 4096;

    /** The heap that reading one holds at the most: the bytes that were looked at, and a copy. */
    public static final int HELD = 2 * MAX_BYTES;

    private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int V1_MAX = 107;
    private static final String OCTETS = "\\d{1,3}(?:\\.\\d{1,3}){3}";
    private static final String PORT = "(0|[1-9]\\d{0,4})";
    private static final Pattern TCP4 = Pattern.compile("TCP4 (" + OCTETS + ") (" + OCTETS + ") " + PORT + " " + PORT);
    private static final Pattern TCP6 =
            Pattern.compile("TCP6 ([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*) ([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*) " + PORT + " " + PORT);

    private static final byte[] V2 = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int V2_FIXED = 16;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int STREAM = 1;
    private static final int INTERNET = 1;
    private static final int INTERNET6 = 2;
    private static final int UNIX = 3;
    private static final int UNIX_BYTES = 216;
    private static final int CRC32C_TLV = 3;

    private ProxyHeader() {}

    /** What the first bytes are. */
    public sealed interface Result {}

    /** The beginning of a header; more bytes are needed. */
    public record More() implements Result {}

    /**
     * Something else, or a header that is not as the protocol says.
     *
     * @param why for people
     */
    public record NotProxy(String why) implements Result {}

    /**
     * A header.
     *
     * @param length how many bytes it takes
     * @param source the client's address; null if the balancer connects for itself, or does not know
     * @param destination the address that the client connected to, or null
     */
    public record Header(int length, @Nullable InetSocketAddress source, @Nullable InetSocketAddress destination)
            implements Result {}

    /**
     * Reads first bytes.
     *
     * @param bytes from the first one on; not changed
     */
    public static Result parse(ByteBuffer bytes) {
        byte[] head = new byte[Math.min(bytes.remaining(), MAX_BYTES)];
        bytes.slice().get(head);
        if (begins(head, V1)) {
            return head.length <= V1.length ? new More() : text(head);
        }
        if (begins(head, V2)) {
            return head.length < V2_FIXED ? new More() : binary(head);
        }
        return new NotProxy("no PROXY header");
    }

    /** Whether the bytes are the mark's beginning, or go on after it. */
    private static boolean begins(byte[] head, byte[] mark) {
        int n = Math.min(head.length, mark.length);
        return Arrays.equals(head, 0, n, mark, 0, n);
    }

    private static Result text(byte[] head) {
        int end = 0;
        while (end < head.length && head[end] != '\n') {
            end++;
        }
        if (end == head.length) {
            return head.length < V1_MAX ? new More() : new NotProxy("a line of more than " + V1_MAX + " bytes");
        }
        if (end + 1 > V1_MAX || head[end - 1] != '\r') {
            return new NotProxy("a line that does not end as it should");
        }
        String line = new String(head, V1.length, end - 1 - V1.length, StandardCharsets.ISO_8859_1);
        if (line.equals("UNKNOWN") || line.startsWith("UNKNOWN ")) {
            return new Header(end + 1, null, null);
        }
        Matcher found = TCP4.matcher(line);
        if (!found.matches()) {
            found = TCP6.matcher(line);
        }
        if (!found.matches()) {
            return new NotProxy("a line without addresses and ports");
        }
        try {
            return new Header(
                    end + 1,
                    new InetSocketAddress(InetAddress.ofLiteral(found.group(1)), Integer.parseInt(found.group(3))),
                    new InetSocketAddress(InetAddress.ofLiteral(found.group(2)), Integer.parseInt(found.group(4))));
        } catch (IllegalArgumentException e) {
            return new NotProxy("an address or a port that is none");
        }
    }

    private static Result binary(byte[] head) {
        ByteBuffer in = ByteBuffer.wrap(head);
        int command = in.get(V2.length) & 0xff;
        int family = in.get(V2.length + 1) & 0xff;
        int length = V2_FIXED + (in.getShort(V2.length + 2) & 0xffff);
        if (command != LOCAL && command != PROXY) {
            return new NotProxy("version and command " + command);
        }
        if (length > MAX_BYTES) {
            return new NotProxy("a header of " + length + " bytes");
        }
        if (head.length < length) {
            return new More();
        }
        in.limit(length).position(V2_FIXED);
        int size = addressBytes(family);
        if (command == LOCAL) {
            return new Header(length, null, null);
        }
        if (size < 0 || in.remaining() < size) {
            return new NotProxy("addresses of family and protocol " + family + " in " + in.remaining() + " bytes");
        }
        String trouble = trouble(in.duplicate().position(V2_FIXED + size), head, length);
        if (trouble != null) {
            return new NotProxy(trouble);
        }
        return size == 0 || size == UNIX_BYTES ? new Header(length, null, null) : addresses(in, size, length);
    }

    /** How many bytes the addresses of a family take; -1 if it is none that a TCP connection has. */
    private static int addressBytes(int familyAndProtocol) {
        return switch (familyAndProtocol) {
            case 0 -> 0;
            case INTERNET << 4 | STREAM -> 2 * 4 + 4;
            case INTERNET6 << 4 | STREAM -> 2 * 16 + 4;
            case UNIX << 4 | STREAM -> UNIX_BYTES;
            default -> -1;
        };
    }

    private static Header addresses(ByteBuffer in, int size, int length) {
        byte[] source = new byte[(size - 4) / 2];
        byte[] destination = new byte[source.length];
        in.get(source).get(destination);
        int from = in.getShort() & 0xffff;
        int to = in.getShort() & 0xffff;
        return new Header(
                length, new InetSocketAddress(address(source), from), new InetSocketAddress(address(destination), to));
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    /** What is wrong with the type-length-values behind the addresses; a checksum among them must be right. */
    private static @Nullable String trouble(ByteBuffer in, byte[] head, int length) {
        while (in.hasRemaining()) {
            if (in.remaining() < 3) {
                return "a cut type-length-value";
            }
            int type = in.get() & 0xff;
            int size = in.getShort() & 0xffff;
            if (in.remaining() < size) {
                return "a cut type-length-value";
            }
            if (type == CRC32C_TLV && (size != 4 || in.getInt(in.position()) != checksum(head, length, in.position()))) {
                return "a wrong checksum";
            }
            in.position(in.position() + size);
        }
        return null;
    }

    private static int checksum(byte[] head, int length, int at) {
        byte[] zeroed = Arrays.copyOf(head, length);
        Arrays.fill(zeroed, at, at + 4, (byte) 0);
        CRC32C sum = new CRC32C();
        sum.update(zeroed);
        return (int) sum.getValue();
    }

    /** A header of version 1; without a source it says UNKNOWN. */
    public static byte[] v1(@Nullable InetSocketAddress source, InetSocketAddress destination) {
        if (source == null) {
            return "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);
        }
        boolean four = bothFour(source, destination);
        String line = String.format(
                Locale.ROOT,
                "PROXY %s %s %s %d %d\r\n",
                four ? "TCP4" : "TCP6",
                text(source.getAddress(), four),
                text(destination.getAddress(), four),
                source.getPort(),
                destination.getPort());
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(InetAddress address, boolean four) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        String plain = scope < 0 ? text : text.substring(0, scope);
        return !four && address instanceof Inet4Address ? "::ffff:" + plain : plain;
    }

    /** A header of version 2; without a source it is of no family. */
    public static byte[] v2(@Nullable InetSocketAddress source, InetSocketAddress destination) {
        ByteArrayOutputStream addresses = new ByteArrayOutputStream();
        int family = 0;
        if (source != null) {
            boolean four = bothFour(source, destination);
            family = (four ? INTERNET : INTERNET6) << 4 | STREAM;
            addresses.writeBytes(bytes(source.getAddress(), four));
            addresses.writeBytes(bytes(destination.getAddress(), four));
            addresses.writeBytes(ByteBuffer.allocate(4)
                    .putShort((short) source.getPort())
                    .putShort((short) destination.getPort())
                    .array());
        }
        return ByteBuffer.allocate(V2_FIXED + addresses.size())
                .put(V2)
                .put((byte) PROXY)
                .put((byte) family)
                .putShort((short) addresses.size())
                .put(addresses.toByteArray())
                .array();
    }

    private static byte[] bytes(InetAddress address, boolean four) {
        byte[] own = address.getAddress();
        if (four || own.length == 16) {
            return own;
        }
        return ByteBuffer.allocate(16).putShort(10, (short) 0xffff).put(12, own).array();
    }

    private static boolean bothFour(InetSocketAddress a, InetSocketAddress b) {
        return a.getAddress() instanceof Inet4Address && b.getAddress() instanceof Inet4Address;
    }
}
