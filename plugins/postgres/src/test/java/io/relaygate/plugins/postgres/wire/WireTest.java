package io.relaygate.plugins.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.relaygate.sdk.testkit.Mutations;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class WireTest {

    /** As psql 15 sends it. */
    private static final byte[] STARTUP = startup(3 << 16, "user\0test\0database\0orders\0application_name\0psql\0\0");

    private static byte[] startup(int version, String parameters) {
        byte[] text = parameters.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length).putInt(8 + text.length).putInt(version).put(text).array();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static FirstMessage first(byte... bytes) throws IOException {
        return FirstMessage.read(new ByteArrayInputStream(bytes));
    }

    private static void malformed(String words, byte... bytes) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> first(bytes)).withMessageContaining(words);
    }

    @Test
    void firstMessagesAreTold() throws IOException {
        assertThat(first(hex("00000008 04d2162f"))).isEqualTo(new FirstMessage.TlsRequest());
        assertThat(first(hex("00000008 04d21630"))).isEqualTo(new FirstMessage.GssRequest());
        assertThat(first(hex("00000008 00020000"))).isEqualTo(new FirstMessage.OtherVersion(2, 0));
        assertThat(first(hex("00000010 04d2162e 00000102 0a0b0c0d"))).isInstanceOfSatisfying(FirstMessage.Cancel.class, cancel -> {
            assertThat(cancel.key()).isEqualTo(new SessionKey(ByteBuffer.wrap(hex("00000102 0a0b0c0d"))));
            assertThat(cancel.message()).isEqualTo(ByteBuffer.wrap(hex("00000010 04d2162e 00000102 0a0b0c0d")));
        });
        assertThat(first(STARTUP)).isInstanceOfSatisfying(FirstMessage.Startup.class, startup -> {
            assertThat(startup.parameters()).isEqualTo(Map.of("user", "test", "database", "orders", "application_name", "psql"));
            assertThat(startup.database()).isEqualTo("orders");
            assertThat(startup.message()).isEqualTo(ByteBuffer.wrap(STARTUP));
        });
    }

    @Test
    void aDatabaseThatIsNotSaidIsThatOfTheUserAndTheLastOfTwoCounts() throws IOException {
        assertThat(((FirstMessage.Startup) first(startup(196610, "user\0alice\0\0"))).database()).isEqualTo("alice");
        assertThat(((FirstMessage.Startup) first(startup(196608, "database\0a\0user\0alice\0database\0b\0\0"))).database()).isEqualTo("b");
        assertThat(((FirstMessage.Startup) first(startup(196608, "\0"))).user()).isEmpty();
    }

    @Test
    void whatIsNoFirstMessageIsRefusedWithoutBeingKept() {
        malformed("first message of 4 bytes", hex("00000004"));
        malformed("first message of 10001 bytes", hex("00002711"));
        malformed("first message of 4294967295 bytes", hex("ffffffff"));
        malformed("first message of 1195725856 bytes", "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
        malformed("too long", hex("00000009 04d2162f 00"));
        malformed("key of 0 bytes", hex("0000000c 04d2162e 00000001"));
        malformed("without an end", startup(196608, "user\0alice"));
        malformed("without an end", startup(196608, "user\0alice\0"));
        malformed("follows the last", startup(196608, "user\0alice\0\0x"));
    }

    /** Gives a byte at a time, then nothing. */
    private static InputStream slow(byte[] bytes, int length) {
        return new ByteArrayInputStream(bytes, 0, length) {
            @Override
            public synchronized int read(byte[] into, int offset, int count) {
                return super.read(into, offset, Math.min(1, count));
            }
        };
    }

    @Test
    void aMessageThatIsCutAnywhereIsCutOff() throws IOException {
        for (int cut = 0; cut < STARTUP.length; cut++) {
            InputStream in = slow(STARTUP, cut);
            assertThatExceptionOfType(EOFException.class).as("cut at %d", cut).isThrownBy(() -> FirstMessage.read(in));
        }
        assertThat(FirstMessage.read(slow(STARTUP, STARTUP.length))).isInstanceOf(FirstMessage.Startup.class);
        byte[] message = new Message('S', ByteBuffer.wrap("TimeZone\0UTC\0".getBytes(StandardCharsets.US_ASCII))).encode();
        assertThat(Message.read(slow(message, 0))).isNull();
        for (int cut = 1; cut < message.length; cut++) {
            InputStream in = slow(message, cut);
            assertThatExceptionOfType(EOFException.class).as("cut at %d", cut).isThrownBy(() -> Message.read(in));
        }
        InputStream whole = slow(message, message.length);
        assertThat(Message.read(whole)).isNotNull().satisfies(read -> assertThat(read.encode()).isEqualTo(message));
        assertThat(whole.read()).as("what follows is left").isEqualTo(-1);
    }

    @Test
    @Tag("fuzz")
    void mutatedMessagesAreReadOrRefused() {
        Mutations.of(STARTUP, MalformedException.class, bytes -> FirstMessage.read(new ByteArrayInputStream(bytes)));
        for (String sample : List.of("52 00000029 0000000a 534352414d2d5348412d3235362d504c555300 534352414d2d5348412d32353600 00", "4b 0000000c 00001234 00005678")) {
            Mutations.of(hex(sample), MalformedException.class, bytes -> {
                Message message = Message.read(new ByteArrayInputStream(bytes));
                if (message != null) {
                    message.withoutChannelBinding().missesChannelBinding();
                    message.sessionKey();
                }
            });
        }
    }

    @Test
    void aMessageThatIsTooLargeIsRefusedByItsHead() {
        assertThatIOException().isThrownBy(() -> Message.read(new ByteArrayInputStream(hex("52 00020001"))))
                .withMessageContaining("131073 bytes before the session is ready");
        assertThatIOException().isThrownBy(() -> Message.read(new ByteArrayInputStream(hex("52 00000003"))));
    }

    @Test
    void channelBoundMechanismsAreTakenOutAndNothingElseIs() {
        assertThat(sasl("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0").withoutChannelBinding()).isEqualTo(sasl("SCRAM-SHA-256\0\0"));
        assertThat(sasl("SCRAM-SHA-256-PLUS\0\0").withoutChannelBinding()).isEqualTo(sasl("\0"));
        assertThat(sasl("").withoutChannelBinding()).isEqualTo(sasl("\0"));
        Message other = new Message('S', ByteBuffer.wrap(hex("0000000a 2d504c5553")));
        assertThat(other.withoutChannelBinding()).isSameAs(other);
    }

    private static Message sasl(String mechanisms) {
        byte[] names = mechanisms.getBytes(StandardCharsets.US_ASCII);
        return new Message('R', ByteBuffer.allocate(4 + names.length).putInt(10).put(names).flip());
    }

    @Test
    void aClientThatCouldHaveBoundItsLoginIsKnownByItsFlag() {
        assertThat(initial("y,,n=,r=abc").missesChannelBinding()).isTrue();
        assertThat(initial("n,,n=,r=abc").missesChannelBinding()).isFalse();
        assertThat(initial("").missesChannelBinding()).isFalse();
        assertThat(new Message('p', ByteBuffer.wrap("secret".getBytes(StandardCharsets.US_ASCII))).missesChannelBinding()).isFalse();
    }

    private static Message initial(String response) {
        byte[] name = "SCRAM-SHA-256\0".getBytes(StandardCharsets.US_ASCII);
        byte[] text = response.getBytes(StandardCharsets.US_ASCII);
        return new Message('p', ByteBuffer.allocate(name.length + 4 + text.length).put(name).putInt(text.length).put(text).flip());
    }

    @Test
    void anErrorHasTheFieldsThatClientsRead() {
        assertThat(new ErrorResponse("3D000", "no\0such").encode())
                .isEqualTo(hex("45 00000023 53 464154414c 00 56 464154414c 00 43 3344303030 00 4d 6e6f2073756368 00 00"));
    }
}
