package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.ClientHello.Hello;
import io.relaygate.net.ClientHello.More;
import io.relaygate.net.ClientHello.NotTls;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ClientHelloTest {

    private static final Hello EXPECTED = new Hello("storage.oslo.example", List.of("h2", "http/1.1"));

    /** The same handshake in records of another size. */
    private static byte[] inRecordsOf(byte[] oneRecord, int size) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 5; i < oneRecord.length; i += size) {
            int n = Math.min(size, oneRecord.length - i);
            all.writeBytes(new byte[] {22, 3, 1, (byte) (n >> 8), (byte) n});
            all.write(oneRecord, i, n);
        }
        return all.toByteArray();
    }

    /** A small hello that holds these extensions and nothing else. */
    private static byte[] withExtensions(byte[]... extensions) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (byte[] extension : extensions) {
            block.writeBytes(extension);
        }
        ByteBuffer hello = ByteBuffer.allocate(60 + block.size());
        int body = 2 + 32 + 1 + 4 + 2 + 2 + block.size();
        hello.put(new byte[] {22, 3, 1}).putShort((short) (4 + body));
        hello.put((byte) 1).put((byte) 0).putShort((short) body);
        hello.putShort((short) 0x0303).put(new byte[32]).put((byte) 0);
        hello.putShort((short) 2).putShort((short) 0x1301).put((byte) 1).put((byte) 0);
        hello.putShort((short) block.size()).put(block.toByteArray());
        byte[] bytes = new byte[hello.position()];
        hello.flip().get(bytes);
        return bytes;
    }

    private static byte[] serverName(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer extension = ByteBuffer.allocate(9 + bytes.length);
        extension.putShort((short) 0).putShort((short) (5 + bytes.length)).putShort((short) (3 + bytes.length));
        return extension.put((byte) 0).putShort((short) bytes.length).put(bytes).array();
    }

    private static @Nullable String nameIn(byte[] hello) {
        return ClientHello.parse(ByteBuffer.wrap(hello)) instanceof Hello read ? read.serverName() : "no hello";
    }

    @Test
    void readsWhatARealClientSends() throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(TestHello.of("Storage.Oslo.example", "h2", "http/1.1"));
        assertThat(ClientHello.parse(bytes)).isEqualTo(EXPECTED);
        assertThat(bytes.position()).isZero();
    }

    @Test
    void wantsMoreAtEveryCutAndIsContentWithTheWhole() throws Exception {
        byte[] whole = TestHello.of("Storage.Oslo.example", "h2", "http/1.1");
        for (int size : new int[] {1, 3, 50, 100, 16_384}) {
            byte[] hello = inRecordsOf(whole, size);
            for (int cut = 0; cut < hello.length; cut++) {
                assertThat(ClientHello.parse(ByteBuffer.wrap(hello, 0, cut).slice().asReadOnlyBuffer()))
                        .as("%d bytes in records of %d", cut, size)
                        .isEqualTo(new More());
            }
            assertThat(ClientHello.parse(ByteBuffer.wrap(hello))).isEqualTo(EXPECTED);
        }
    }

    @Test
    void looksNoFurtherThanTheHello() throws Exception {
        byte[] hello = TestHello.of("Storage.Oslo.example", "h2", "http/1.1");
        ByteBuffer more = ByteBuffer.allocate(hello.length + 100).put(hello).put(new byte[100]).flip();
        assertThat(ClientHello.parse(more)).isEqualTo(EXPECTED);
    }

    @ParameterizedTest
    @CsvSource({
        "a,a",
        "SQL.Oslo.Example,sql.oslo.example",
        "dot.at.end.,dot.at.end",
        "with_underscore.example,with_underscore.example",
        "xn--bcher-kva.example,xn--bcher-kva.example"
    })
    void lowersTheServerName(String sent, String read) {
        assertThat(nameIn(withExtensions(serverName(sent)))).isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "a..b", "-a.b", "a-.b", "a b", "a/b", "a\n", "*.example", "caf\u00e9.example", "a:443", "a\0"
            })
    void takesNoNameThatIsNoHostName(String sent) {
        assertThat(nameIn(withExtensions(serverName(sent)))).isNull();
    }

    @Test
    void takesNoNameThatIsTooLong() {
        assertThat(nameIn(withExtensions(serverName("a".repeat(64) + ".b")))).isNull();
        assertThat(nameIn(withExtensions(serverName("abcdefg.".repeat(32) + "b")))).isNull();
        assertThat(nameIn(withExtensions(serverName("abcdefg.".repeat(31) + "b")))).isNotNull();
    }

    @Test
    void knowsAHelloWithoutExtensions() {
        assertThat(nameIn(withExtensions())).isNull();
    }

    @Test
    void refusesTheSameExtensionTwice() {
        byte[] twice = withExtensions(serverName("a.example"), serverName("b.example"));
        assertThat(ClientHello.parse(ByteBuffer.wrap(twice))).isInstanceOf(NotTls.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "SSH-2.0-x", "\u0012\u0001\u0000\u0000", "\u0016\u0005", "\u0016\u0003\u0001\u0000\u0000"})
    void knowsWhatIsNotTls(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(ClientHello.parse(ByteBuffer.wrap(bytes))).isInstanceOf(NotTls.class);
    }

    @Test
    void isBounded() {
        assertThat(ClientHello.parse(endless(ClientHello.MAX_BYTES - 1))).isEqualTo(new More());
        assertThat(ClientHello.parse(endless(ClientHello.MAX_BYTES))).isInstanceOf(NotTls.class);
        byte[] announced = {22, 3, 1, 0, 4, 1, 2, 0, 0};
        assertThat(ClientHello.parse(ByteBuffer.wrap(announced))).isInstanceOf(NotTls.class);
    }

    /** The beginning of a hello of 65535 bytes, in records of one byte each. */
    private static ByteBuffer endless(int length) {
        byte[] hello = {1, 0, (byte) 0xff, (byte) 0xff};
        ByteBuffer all = ByteBuffer.allocate(length + 6);
        for (int i = 0; all.position() < length; i++) {
            all.put(new byte[] {22, 3, 1, 0, 1, i < hello.length ? hello[i] : 0});
        }
        return all.flip().limit(length);
    }

    @Test
    void mutatedHellosAlwaysHaveAResult() throws Exception {
        byte[] whole = TestHello.of("Storage.Oslo.example", "h2", "http/1.1");
        Random random = new Random(4);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = i % 2 == 0 ? whole.clone() : inRecordsOf(whole, 1 + random.nextInt(300));
            for (int n = random.nextInt(5); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            if (ClientHello.parse(ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1)).slice()) instanceof Hello) {
                read++;
            }
        }
        assertThat(read).isPositive();
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            assertThat(ClientHello.parse(ByteBuffer.wrap(noise))).isNotNull();
        }
    }
}
