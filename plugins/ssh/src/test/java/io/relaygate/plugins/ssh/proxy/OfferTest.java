package io.relaygate.plugins.ssh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.plugins.ssh.wire.Greetings;
import io.relaygate.plugins.ssh.wire.KeyExchange;
import io.relaygate.plugins.ssh.wire.Packet;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the gateway offers clients, as it is on the wire. */
@Timeout(60)
class OfferTest {

    private static final int IGNORE = 2;
    private static final int ECDH_INIT = 30;
    private static final int ECDH_REPLY = 31;

    @TempDir
    private static Path folder;

    private static World world;

    @BeforeAll
    static void start() throws Exception {
        world = new World(folder, "keys", "");
    }

    @AfterAll
    static void stop() throws IOException {
        world.close();
    }

    /** A client that speaks before keys are exchanged. */
    private static final class Greeting implements AutoCloseable {

        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), world.route().port());
        private final DataInputStream in = new DataInputStream(socket.getInputStream());

        Greeting() throws IOException {
            socket.setSoTimeout(30_000);
            says(Greetings.line("SSH-2.0-test"));
        }

        void says(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                line.append((char) next);
            }
            return line.toString();
        }

        ByteBuffer message() throws IOException {
            byte[] head = in.readNBytes(Packet.HEAD);
            byte[] packet = new byte[Packet.HEAD + Packet.length(head)];
            System.arraycopy(head, 0, packet, 0, Packet.HEAD);
            in.readFully(packet, Packet.HEAD, packet.length - Packet.HEAD);
            return Packet.payload(packet);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void nothingIsOfferedThatIsKnownToBeWeak() throws IOException {
        try (Greeting client = new Greeting()) {
            assertThat(client.line()).isEqualTo("SSH-2.0-RelayGate\r");
            KeyExchange offered = KeyExchange.parse(client.message());
            assertThat(offered.methods().split(",", -1)).containsExactlyInAnyOrder(
                    "mlkem768x25519-sha256", "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com", "curve25519-sha256",
                    "curve25519-sha256@libssh.org", "ext-info-s", KeyExchange.STRICT_SERVER);
            assertThat(offered.methods()).startsWith("mlkem768x25519-sha256,");
            assertThat(offered.hostKeys()).isEqualTo("ssh-ed25519");
            for (KeyExchange.Ciphers each : List.of(offered.toServer(), offered.toClient())) {
                assertThat(each.ciphers()).isEqualTo("aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes128-ctr");
                assertThat(each.macs()).isEqualTo("hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com");
                assertThat(each.compressions()).isEqualTo("none");
            }
        }
    }

    /** CVE-2023-48795: a message that nobody has asked for moves all after it, which strict key exchange forbids. */
    @ParameterizedTest
    @CsvSource({"curve25519-sha256, true", "'curve25519-sha256,kex-strict-c-v00@openssh.com', false"})
    void aMessageAmongThoseOfTheKeyExchangeEndsAStrictOne(String methods, boolean goesOn) throws IOException {
        try (Greeting client = new Greeting()) {
            client.line();
            client.message();
            client.says(Greetings.offer(methods, "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"));
            client.says(Packet.encode(new byte[] {IGNORE, 0, 0, 0, 0}));
            ByteBuffer init = ByteBuffer.allocate(1 + 4 + 32).put((byte) ECDH_INIT).putInt(32);
            init.put(5, new byte[] {9});
            client.says(Packet.encode(init.array()));

            assertThat(client.message().get(0) == ECDH_REPLY).isEqualTo(goesOn);
        }
    }

    @Test
    void keysAreReadAnewWhenTheyChangeAndOneThatIsWrongStaysAsItWas() throws Exception {
        Path key = world.folder().resolve("gateway");
        byte[] before = Files.readAllBytes(key);
        Keys.write(Keys.ec(), key);
        assertThat(offeredKeys()).isEqualTo("ecdsa-sha2-nistp256");
        Files.write(key, "none".getBytes(StandardCharsets.US_ASCII));
        assertThat(offeredKeys()).isEqualTo("ecdsa-sha2-nistp256");
        Files.write(key, before);
        assertThat(offeredKeys()).isEqualTo("ssh-ed25519");
    }

    private static String offeredKeys() throws IOException {
        try (Greeting client = new Greeting()) {
            client.line();
            return KeyExchange.parse(client.message()).hostKeys();
        }
    }

    @Test
    void aClientThatLeavesDuringTheKeyExchangeLeavesNothing() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (Greeting client = new Greeting()) {
                client.line();
                client.says(java.util.Arrays.copyOf(Greetings.offer("curve25519-sha256"), 10 + i));
            }
        }
        await().until(() -> world.route().sessions() == 0);
    }
}
