package io.relaygate.plugins.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.ssh.wire.Greetings;
import io.relaygate.plugins.ssh.wire.Packet;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.PluginJar;
import io.relaygate.sdk.testkit.Reloads;
import io.relaygate.sdk.testkit.TestSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The jar, with the libraries that it carries. */
@Timeout(240)
@ExtendWith(NothingLeftBehind.class)
class SshPluginIT {

    private static final String PIN = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEW3Mb6wmO8qKQn7dZ9bHqJvW1bJkPZ2o5GqYt6oXyzA";
    private static final int ECDH_INIT = 30;
    private static final int ECDH_REPLY = 31;

    @TempDir
    private Path folder;

    /** As {@code ssh-keygen -t ed25519} writes it. */
    private static void writeKey(Path file) throws Exception {
        java.security.KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] open = pair.getPublic().getEncoded();
        byte[] secret = pair.getPrivate().getEncoded();
        byte[] point = java.util.Arrays.copyOfRange(open, open.length - 32, open.length);
        byte[] seed = java.util.Arrays.copyOfRange(secret, secret.length - 32, secret.length);
        byte[] type = "ssh-ed25519".getBytes(ISO_8859_1);
        ByteBuffer blob = ByteBuffer.allocate(51).putInt(11).put(type).putInt(32).put(point);
        ByteBuffer inner = ByteBuffer.allocate(136).putInt(7).putInt(7).put(blob.array()).putInt(64).put(seed).put(point).putInt(0);
        for (byte pad = 1; inner.hasRemaining(); pad++) {
            inner.put(pad);
        }
        ByteBuffer all = ByteBuffer.allocate(15 + 8 + 8 + 4 + 4 + 4 + 51 + 4 + 136).put("openssh-key-v1\0".getBytes(ISO_8859_1));
        all.putInt(4).put("none".getBytes(ISO_8859_1)).putInt(4).put("none".getBytes(ISO_8859_1)).putInt(0).putInt(1);
        all.putInt(51).put(blob.array()).putInt(136).put(inner.array());
        Files.writeString(file, "-----BEGIN OPENSSH PRIVATE KEY-----\n" + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(all.array())
                + "\n-----END OPENSSH PRIVATE KEY-----\n");
    }

    /** Exchanges keys, for which the gateway computes and signs with all of its libraries, and leaves. */
    private static void exchange(TestSession session) {
        Peer client = session.client();
        client.receives("SSH-2.0-RelayGate\r\n");
        client.sends(Greetings.line("SSH-2.0-test", Greetings.offer("curve25519-sha256", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com")));
        message(client);
        ByteBuffer init = ByteBuffer.allocate(1 + 4 + 32).put((byte) ECDH_INIT).putInt(32).put((byte) 9);
        client.sends(Packet.encode(init.array()));
        int answer = message(client);
        if (answer != ECDH_REPLY) {
            throw new AssertionError("message " + answer);
        }
        client.closes();
    }

    private static int message(Peer client) {
        try {
            byte[] head = client.receives(Packet.HEAD);
            byte[] packet = java.util.Arrays.copyOf(head, Packet.HEAD + Packet.length(head));
            byte[] rest = client.receives(packet.length - Packet.HEAD);
            System.arraycopy(rest, 0, packet, Packet.HEAD, rest.length);
            return Packet.payload(packet).get(0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aJarThatIsReplacedLeavesNothingInMemory() throws Exception {
        Path key = folder.resolve("key");
        writeKey(key);
        String secret = "\"${file:" + key + "}\"";
        Reloads.of(PluginJar.built(), "ssh", route -> route.destinations("web1").user("alice", "secret").settings(
                "mode: proxy\nhostKeys: [" + secret + "]\ntargets: [ { to: web1, login: { user: app, key: " + secret + ", hostKeys: [\"" + PIN + "\"] } } ]"),
                SshPluginIT::exchange);
        assertThat(Security.getProvider("BC")).as("a provider that the JVM would keep").isNull();
    }
}
