package io.relaygate.plugins.ssh.proxy;

import io.relaygate.access.identity.PasswordFile;
import io.relaygate.access.identity.PasswordLine;
import io.relaygate.config.ConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;

/** A gateway in mode {@code proxy}, a target behind it, callers that it knows, and a client: MINA's. */
final class World implements AutoCloseable {

    static final String PASSWORD = "correct horse";

    /** {@code GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ}, as RFC 6238 has it in its tests. */
    private static final byte[] CODE_KEY = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    static final KeyPair ALICE = Keys.ec();
    static final KeyPair BOB = Keys.ec();

    private static final PasswordLine ALICES_PASSWORD = PasswordLine.of("alice", PASSWORD.toCharArray(), Set.of("ops"), PasswordLine.LEAST_ITERATIONS);
    private static final PasswordLine BOBS_PASSWORD = PasswordLine.of("bob", PASSWORD.toCharArray(), Set.of(), PasswordLine.LEAST_ITERATIONS);

    private final Path folder;
    private final TestTarget target = new TestTarget();
    private final ProxyRoute route;
    private final SshClient client = SshClient.setUpDefaultClient();

    /**
     * Starts it.
     *
     * @param providers the route's, of {@code keys}, {@code staff} and {@code codes}
     * @param settings what {@code with:} says beside the host keys and the target, in YAML
     */
    World(Path folder, String providers, String settings) throws IOException, ConfigException {
        this.folder = folder;
        Keys.write(Keys.ed25519(), folder.resolve("gateway"));
        Keys.write(Keys.GATEWAY, folder.resolve("login"));
        Files.writeString(folder.resolve("authorized_keys"), """
                caller="alice",groups="ops" %s
                caller="bob" %s
                """.formatted(Keys.line(ALICE), Keys.line(BOB)));
        PasswordFile.empty()
                .with(ALICES_PASSWORD)
                .with(BOBS_PASSWORD)
                .write(folder.resolve("users"));
        Files.writeString(folder.resolve("codes"), "alice:GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n");
        StringBuilder yaml = new StringBuilder("open: true\nidentityProviders: [" + providers + "]\nwith:\n");
        """
                mode: proxy
                hostKeys: ["${file:gateway}"]
                targets:
                  - user: "{caller}+web1"
                    to: web1
                    groups: [ops]
                    login: { user: app, key: "${file:login}", hostKeys: ["%s"] }
                  - { user: "{caller}+{host}", to: "{host}", login: { user: app, key: "${file:login}", hostKeys: ["%s"] } }
                """.formatted(target.pin(), target.pin()).lines().forEach(line -> yaml.append("  ").append(line).append('\n'));
        settings.lines().forEach(line -> yaml.append("  ").append(line).append('\n'));
        StringBuilder more = new StringBuilder("identityProviders:\n");
        Map.of("keys", "publicKeys: { file: authorized_keys }", "staff", "passwords: { file: users }", "codes", "oneTimeCodes: { file: codes }")
                .forEach((name, what) -> more.append(providers.contains(name) ? "  " + name + ": { " + what + " }\n" : ""));
        route = new ProxyRoute(folder, yaml.toString(), more.toString(), Map.of("web1", target.port(), "web2", target.port(), "gone", 1));
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        // Else it takes nothing that comes back.
        client.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        client.start();
    }

    /** What an app of Alice's shows now (RFC 6238); of her key in {@code codes}. */
    static String codeOfAlice() throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(CODE_KEY, "HmacSHA1"));
        byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(Instant.now().getEpochSecond() / 30).array());
        int number = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 0xf) & 0x7fff_ffff;
        return "%06d".formatted(number % 1_000_000);
    }

    ProxyRoute route() {
        return route;
    }

    TestTarget target() {
        return target;
    }

    Path folder() {
        return folder;
    }

    ClientSession connect(String user) throws IOException {
        return client.connect(user, "127.0.0.1", route.port()).verify(java.time.Duration.ofSeconds(30)).getSession();
    }

    /** Somebody who is let in. */
    ClientSession logIn(String user, KeyPair key) throws IOException {
        ClientSession session = connect(user);
        session.addPublicKeyIdentity(key);
        session.auth().verify(java.time.Duration.ofSeconds(30));
        return session;
    }

    @Override
    public void close() throws IOException {
        client.stop();
        route.close();
        target.close();
    }
}
