package io.relaygate.net;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The few DER values (ITU-T X.690) that a certificate is made of. */
public final class Der {

    /** The value true. */
    public static final byte[] TRUE = tagged(0x01, new byte[] {(byte) 0xff});

    private static final DateTimeFormatter GENERALIZED_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Instant LAST_UTC_TIME = Instant.parse("2050-01-01T00:00:00Z");

    private Der() {}

    /** A sequence. */
    public static byte[] sequence(byte[]... parts) {
        return tagged(0x30, joined(parts));
    }

    /** A set. */
    public static byte[] set(byte[]... parts) {
        return tagged(0x31, joined(parts));
    }

    /** An integer. */
    public static byte[] integer(BigInteger value) {
        return tagged(0x02, value.toByteArray());
    }

    /** An octet string. */
    public static byte[] octets(byte[] content) {
        return tagged(0x04, content);
    }

    /** A bit string of whole bytes. */
    public static byte[] bits(byte[] content) {
        return tagged(0x03, joined(new byte[1], content));
    }

    /** A bit string whose last {@code unused} bits do not count. */
    public static byte[] bits(int unused, int value) {
        return tagged(0x03, new byte[] {(byte) unused, (byte) value});
    }

    /** A text. */
    public static byte[] utf8(String text) {
        return tagged(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A distinguished name of one common name (RFC 5280 section 4.1.2.4). */
    public static byte[] commonName(String name) {
        return sequence(set(sequence(oid("2.5.4.3"), utf8(name))));
    }

    /** A time as RFC 5280 section 4.1.2.5 wants it. */
    public static byte[] time(Instant instant) {
        boolean early = instant.isBefore(LAST_UTC_TIME);
        String text = (early ? UTC_TIME : GENERALIZED_TIME).format(instant);
        return tagged(early ? 0x17 : 0x18, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** An object identifier from its dotted form. */
    public static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int arc = Integer.parseInt(arcs[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arc >> shift != 0) {
                    out.write(((arc >> shift) & 0x7f) | 0x80);
                }
            }
            out.write(arc & 0x7f);
        }
        return tagged(0x06, out.toByteArray());
    }

    /** A value with an explicit context tag. */
    public static byte[] explicit(int number, byte[] content) {
        return tagged(0xa0 | number, content);
    }

    /** A value of less than 64 KiB with a tag of one byte. */
    public static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length < 0x100) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
