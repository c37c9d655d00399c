package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.ProxyHeader.Header;
import io.relaygate.net.ProxyHeader.More;
import io.relaygate.net.ProxyHeader.NotProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ProxyHeaderTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static @Nullable InetSocketAddress address(@Nullable String hostPort) {
        if (hostPort == null) {
            return null;
        }
        int colon = hostPort.lastIndexOf(':');
        return new InetSocketAddress(
                InetAddress.ofLiteral(hostPort.substring(0, colon)), Integer.parseInt(hostPort.substring(colon + 1)));
    }

    /** Written by hand after the specification. */
    static Stream<Example> examples() {
        return Stream.of(
                new Example(text("PROXY TCP4 203.0.113.9 192.0.2.1 51312 443\r\n"), "203.0.113.9:51312", "192.0.2.1:443"),
                new Example(text("PROXY TCP4 255.255.255.255 255.255.255.255 65535 0\r\n"), "255.255.255.255:65535", "255.255.255.255:0"),
                new Example(text("PROXY TCP6 2001:db8::9 2001:db8::1 51312 443\r\n"), "2001:db8::9:51312", "2001:db8::1:443"),
                new Example(text("PROXY TCP6 ::ffff:203.0.113.9 ::1 1 2\r\n"), "203.0.113.9:1", "::1:2"),
                new Example(text("PROXY UNKNOWN\r\n"), null, null),
                new Example(text("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"), null, null),
                new Example(hex(SIGNATURE + "21 11 000c cb007109 c0000201 c870 01bb"), "203.0.113.9:51312", "192.0.2.1:443"),
                new Example(hex(SIGNATURE + "21 21 0024 20010db8000000000000000000000009 20010db8000000000000000000000001 c870 01bb"),
                        "2001:db8::9:51312", "2001:db8::1:443"),
                new Example(hex(SIGNATURE + "21 11 0013 cb007109 c0000201 c870 01bb 04 0004 00000000"), "203.0.113.9:51312", "192.0.2.1:443"),
                new Example(hex(SIGNATURE + "21 00 0000"), null, null),
                new Example(hex(SIGNATURE + "20 00 0000"), null, null),
                new Example(hex(SIGNATURE + "20 11 000c cb007109 c0000201 c870 01bb"), null, null),
                new Example(hex(SIGNATURE + "21 31 00d8" + "00".repeat(216)), null, null));
    }

    /** In ISO 8859-1, what the header is. */
    record Example(String header, @Nullable String source, @Nullable String destination) {

        Example(byte[] bytes, @Nullable String source, @Nullable String destination) {
            this(new String(bytes, StandardCharsets.ISO_8859_1), source, destination);
        }

        byte[] bytes() {
            return text(header);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isReadHoweverItIsCut(Example example) {
        byte[] followed = Arrays.copyOf(example.bytes(), example.bytes().length + 7);
        for (int n = 0; n < example.bytes().length; n++) {
            assertThat(ProxyHeader.parse(ByteBuffer.wrap(followed, 0, n))).as("%d bytes", n).isEqualTo(new More());
        }
        Header expected = new Header(example.bytes().length, address(example.source()), address(example.destination()));
        for (int n = example.bytes().length; n <= followed.length; n++) {
            assertThat(ProxyHeader.parse(ByteBuffer.wrap(followed, 0, n))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.1\r\n", "PROXY\r\n", "PROXY TCP4\r\n", "PROXY TCP4 203.0.113.9 192.0.2.1 51312\r\n",
        "PROXY TCP4 203.0.113.9 192.0.2.1 65536 443\r\n", "PROXY TCP4 203.0.113.9 192.0.2.1 051312 443\r\n",
        "PROXY TCP4 203.0.113.9 192.0.2.1 51312 443\n", "PROXY TCP4 203.0.113.9  192.0.2.1 51312 443\r\n",
        "PROXY TCP4 203.0.113.900 192.0.2.1 51312 443\r\n", "PROXY TCP4 203.0.113 192.0.2.1 51312 443\r\n",
        "PROXY TCP4 localhost 192.0.2.1 51312 443\r\n", "PROXY TCP6 203.0.113.9 ::1 51312 443\r\n",
        "PROXY TCP6 fe80::1%eth0 ::1 51312 443\r\n", "PROXY UDP4 203.0.113.9 192.0.2.1 51312 443\r\n",
        "PROXY TCP4 203.0.113.9 192.0.2.1 51312 443 \r\n", "proxy TCP4 203.0.113.9 192.0.2.1 51312 443\r\n",
        "PROXY TCP4 203.0.113.9 192.0.2.1 -1 443\r\n", "PROXY UNKNOWNS\r\n",
    })
    void whatIsNoLineOfVersion1IsNotTaken(String line) {
        assertThat(ProxyHeader.parse(ByteBuffer.wrap(text(line)))).isInstanceOf(NotProxy.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "11 11 000c cb007109 c0000201 c870 01bb", "22 11 000c cb007109 c0000201 c870 01bb", // version, command
        "21 12 000c cb007109 c0000201 c870 01bb", "21 41 000c cb007109 c0000201 c870 01bb", // datagrams, no family
        "21 11 000b cb007109 c0000201 c870 01", "21 21 000c cb007109 c0000201 c870 01bb", // too short for its family
        "21 11 ffff cb007109", // longer than anybody needs
        "21 11 000d cb007109 c0000201 c870 01bb 04", "21 11 000f cb007109 c0000201 c870 01bb 04 0001", // a cut value
        "21 11 0013 cb007109 c0000201 c870 01bb 03 0004 00000000", // a wrong checksum
        "21 11 0010 cb007109 c0000201 c870 01bb 03 0001 00", // no checksum
    })
    void whatIsNoHeaderOfVersion2IsNotTaken(String rest) {
        assertThat(ProxyHeader.parse(ByteBuffer.wrap(hex(SIGNATURE + rest)))).isInstanceOf(NotProxy.class);
    }

    /** The checksum of RFC 3720, section B.4, computed bit by bit. */
    private static int crc32c(byte[] bytes) {
        int crc = -1;
        for (byte each : bytes) {
            crc ^= each & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ (crc & 1) * 0x82f63b78;
            }
        }
        return ~crc;
    }

    @Test
    void aRightChecksumIsTaken() {
        byte[] header = hex(SIGNATURE + "21 11 0013 cb007109 c0000201 c870 01bb 03 0004 00000000");
        ByteBuffer.wrap(header).putInt(header.length - 4, crc32c(header));
        assertThat(ProxyHeader.parse(ByteBuffer.wrap(header))).isInstanceOf(Header.class);
    }

    @Test
    void aLineThatDoesNotEndIsGivenUp() {
        byte[] endless = text("PROXY UNKNOWN " + "x".repeat(200));
        assertThat(ProxyHeader.parse(ByteBuffer.wrap(endless, 0, 106))).isEqualTo(new More());
        assertThat(ProxyHeader.parse(ByteBuffer.wrap(endless, 0, 107))).isInstanceOf(NotProxy.class);
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.9, 192.0.2.1, 65535", "2001:db8::9, 2001:db8::1, 443"})
    void readsWhatItWrites(String from, String to, int port) {
        InetSocketAddress source = new InetSocketAddress(from, 51312);
        InetSocketAddress destination = new InetSocketAddress(to, port);
        for (byte[] header : new byte[][] {ProxyHeader.v1(source, destination), ProxyHeader.v2(source, destination)}) {
            assertThat(ProxyHeader.parse(ByteBuffer.wrap(header))).isEqualTo(new Header(header.length, source, destination));
        }
    }

    @Test
    void writesAddressesOfTwoFamiliesAsOfOne() {
        InetSocketAddress four = new InetSocketAddress("203.0.113.9", 7);
        InetSocketAddress six = new InetSocketAddress("2001:db8::1", 8);
        assertThat(new String(ProxyHeader.v1(four, six), StandardCharsets.US_ASCII))
                .isEqualTo("PROXY TCP6 ::ffff:203.0.113.9 2001:db8:0:0:0:0:0:1 7 8\r\n");
        assertThat(ProxyHeader.v2(four, six)).startsWith(hex(SIGNATURE + "21 21 0024 00000000000000000000ffff cb007109"));
    }

    @Test
    void writesAnUnknownSource() {
        InetSocketAddress destination = new InetSocketAddress("192.0.2.1", 1);
        assertThat(ProxyHeader.v1(null, destination)).isEqualTo(text("PROXY UNKNOWN\r\n"));
        assertThat(ProxyHeader.v2(null, destination)).isEqualTo(hex(SIGNATURE + "21 00 0000"));
    }

    @Test
    void mutatedHeadersAreReadOrGivenUpAndNeverFail() {
        Random random = new Random(1);
        Example[] examples = examples().toArray(Example[]::new);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = examples[random.nextInt(examples.length)].bytes();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            ProxyHeader.Result result = ProxyHeader.parse(ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1)));
            if (result instanceof Header(int length, InetSocketAddress _, InetSocketAddress _)) {
                assertThat(length).isLessThanOrEqualTo(bytes.length);
            }
        }
    }
}
