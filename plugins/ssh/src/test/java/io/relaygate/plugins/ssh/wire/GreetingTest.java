package io.relaygate.plugins.ssh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.sdk.testkit.Mutations;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GreetingTest {

    private static final List<String> LISTS = List.of(
            Greetings.METHODS, "ssh-ed25519,rsa-sha2-512", Greetings.CIPHERS, "aes128-ctr", Greetings.MACS, "hmac-sha2-256",
            Greetings.COMPRESSIONS, "none", "", "en");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void refused(String words, String line) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Identification.parse(bytes(line))).withMessageContaining(words);
    }

    @Test
    void identificationStringsAreTakenAsClientsAndServersWriteThem() throws MalformedException {
        for (String text : List.of("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3", "SSH-1.99-Cisco-1.25", "SSH-2.0-Go", "SSH-2.0-x y z", "SSH-2.0-libssh-0.6.3")) {
            assertThat(Identification.parse(bytes(text + "\r\n")).text()).isEqualTo(text);
            assertThat(Identification.parse(bytes(text + "\n")).text()).isEqualTo(text);
            assertThat(Identification.parse(bytes(text + "\r\n")).encode()).isEqualTo(bytes(text + "\r\n"));
        }
        assertThat(Identification.parse(bytes("SSH-2.0-" + "x".repeat(245) + "\r\n")).text()).hasSize(253);
    }

    @Test
    void whatIsNoIdentificationStringIsRefused() {
        refused("more than 255 bytes", "SSH-2.0-" + "x".repeat(246) + "\r\n");
        refused("without an end", "");
        refused("without an end", "SSH-2.0-x");
        refused("speaks version 1.5 of SSH", "SSH-1.5-x\r\n");
        refused("speaks version 2 of SSH", "SSH-2-x\r\n");
        for (String line : List.of("\r\n", "\n", "SSH-\r\n", "SSH-2.0\r\n", "SSH-2.0-\r\n", "SSH--x\r\n", "ssh-2.0-x\r\n", "SSH-2.0-x\0y\r\n",
                "SSH-2.0-x\ty\r\n", "SSH-2.0-x\r\r\n", "SSH-2.0-\u00e9\r\n", "GET / HTTP/1.1\r\n")) {
            refused("not as SSH-2.0-software", line);
        }
    }

    @Test
    void packetsOfAnyLengthComeBackAsTheyWere() throws MalformedException {
        for (int length = 1; length < 300; length++) {
            byte[] payload = new byte[length];
            new Random(length).nextBytes(payload);
            byte[] packet = Packet.encode(payload);
            assertThat(packet.length % 8).isZero();
            assertThat(Packet.length(Arrays.copyOf(packet, Packet.HEAD))).isEqualTo(packet.length - Packet.HEAD);
            assertThat(Packet.payload(packet)).isEqualTo(ByteBuffer.wrap(payload));
        }
    }

    @Test
    void lengthsThatNoPacketHasAreRefusedByTheHead() throws MalformedException {
        for (int length : new int[] {12, 20, 34_996}) {
            assertThat(Packet.length(ByteBuffer.allocate(4).putInt(length).array())).isEqualTo(length);
        }
        for (int length : new int[] {0, 1, 4, 11, 13, 16, 35_004, 262_140, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0x16030100}) {
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> Packet.length(ByteBuffer.allocate(4).putInt(length).array()))
                    .withMessageContaining("length " + Integer.toUnsignedString(length));
        }
        for (String packet : List.of("0000000c 03 00000000 00000000 000000", "0000000c 0b 00000000 00000000 000000", "0000000c ff 00000000 00000000 000000")) {
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Packet.payload(HexFormat.of().parseHex(packet.replace(" ", ""))));
        }
    }

    @Test
    void listsAreReadAndKnownByTheirFingerprint() throws MalformedException {
        KeyExchange read = KeyExchange.parse(ByteBuffer.wrap(Greetings.message(LISTS)));
        assertThat(read).isEqualTo(new KeyExchange(
                Greetings.METHODS, "ssh-ed25519,rsa-sha2-512",
                new KeyExchange.Ciphers(Greetings.CIPHERS, Greetings.MACS, Greetings.COMPRESSIONS),
                new KeyExchange.Ciphers("aes128-ctr", "hmac-sha2-256", "none")));
        assertThat(read.hassh()).as("that of OpenSSH 7.7").isEqualTo("06046964c022c6407d15a27b12a6a4fb");
        assertThat(read.hasshServer()).isNotEqualTo(read.hassh());
        assertThat(read.has("ext-info-c")).isTrue();
        assertThat(read.has("ext-info")).isFalse();
        assertThat(read.has("curve25519-sha256")).isTrue();
        assertThat(read.has(KeyExchange.STRICT_CLIENT)).isFalse();
    }

    private static void refusedLists(String words, byte[] message) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> KeyExchange.parse(ByteBuffer.wrap(message))).withMessageContaining(words);
    }

    @Test
    void listsThatAreCutAnywhereOrHaveMoreAfterThemAreRefused() {
        byte[] message = Greetings.message(LISTS);
        for (int cut = 0; cut < message.length; cut++) {
            refusedLists("SSH_MSG_KEXINIT that ", Arrays.copyOf(message, cut));
        }
        refusedLists("wrong length", Arrays.copyOf(message, message.length + 1));
    }

    @Test
    void listsWithoutNamesOrWithNamesThatAreNoneAreRefused() {
        for (int i = 0; i < 8; i++) {
            List<String> lists = new ArrayList<>(LISTS);
            lists.set(i, "");
            refusedLists("a list without a name", Greetings.message(lists));
            for (String bad : List.of(",", "a,", ",a", "a,,b", "x".repeat(65))) {
                lists.set(i, bad);
                refusedLists("a name of", Greetings.message(lists));
            }
            for (String bad : List.of("a b", "a\0", "\u00e9", "a\r\nb")) {
                lists.set(i, bad);
                refusedLists("other letters", Greetings.message(lists));
            }
        }
    }

    @Test
    @Tag("fuzz")
    void mutatedGreetingsAreReadOrRefused() {
        Random random = new Random(Mutations.seed(7));
        byte[] line = bytes("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n");
        byte[] packet = Packet.encode(Greetings.message(LISTS));
        int read = 0;
        for (int i = 0; i < Mutations.inputs(50_000); i++) {
            byte[] text = mutated(line, random);
            byte[] bytes = mutated(packet, random);
            try {
                Identification.parse(text);
            } catch (MalformedException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
            try {
                if (Packet.length(Arrays.copyOf(bytes, Packet.HEAD)) == bytes.length - Packet.HEAD) {
                    KeyExchange.parse(Packet.payload(bytes)).hassh();
                    read++;
                }
            } catch (MalformedException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        assertThat(read).as("mutants that are lists still").isPositive();
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        return changed;
    }

    @Test
    void aDisconnectSaysItsReasonInWords() throws MalformedException {
        assertThat(Message.disconnect(2, "no\u00e9")).isEqualTo(HexFormat.of().parseHex("0100000002000000046e6fc3a900000000"));
        assertThat(Packet.payload(Packet.encode(Message.disconnect(2, "no"))).get(0)).isEqualTo((byte) 1);
        byte[] said = Message.disconnect(2, "no\u00e9");
        assertThat(Message.words(ByteBuffer.wrap(said))).isEqualTo("no\u00e9");
        assertThat(Message.words(ByteBuffer.wrap(Message.disconnect(2, "x".repeat(1000))))).hasSize(200);
        for (int cut = 0; cut < said.length - 4; cut++) {
            assertThat(Message.words(ByteBuffer.wrap(said, 0, cut))).isEmpty();
        }
    }
}
