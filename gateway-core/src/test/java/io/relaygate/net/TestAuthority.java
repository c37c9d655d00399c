package io.relaygate.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** An authority of its own in a folder, made by the JDK's keytool: it issues certificates, and revokes them. */
public final class TestAuthority {

    private static final String PASSWORD = "changeit";

    /** Each call is a JVM of its own: it takes a third of the time when it does not prepare for more, and hashes a test's password once. */
    private static final List<String> QUICK = List.of(
            "-J-XX:TieredStopAtLevel=1",
            "-J-XX:+UseSerialGC",
            "-J-Dkeystore.pkcs12.macIterationCount=1",
            "-J-Dkeystore.pkcs12.certPbeIterationCount=1",
            "-J-Dkeystore.pkcs12.keyPbeIterationCount=1");

    private final Path folder;
    private final Path store;

    /** Makes one. */
    public TestAuthority(Path folder) throws IOException {
        this.folder = folder;
        this.store = folder.resolve("authority.p12");
        keytool("-genkeypair", "-alias", "ca", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=Test CA", "-ext", "bc:c", "-validity", "30");
        pem(caFile(), load().certificate("ca"));
    }

    /** The key store as it is now. */
    private record Contents(KeyStore keys) {

        Certificate certificate(String alias) {
            try {
                return Objects.requireNonNull(keys.getCertificate(alias));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The authority's certificate. */
    public Path caFile() {
        return folder.resolve("ca.pem");
    }

    /** Issues a certificate; {@code options} are keytool's. Its file holds the chain and the key. */
    public Path issue(String alias, String subject, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-signer", "ca", "-dname", subject));
        all.addAll(List.of(options));
        if (!all.contains("-keyalg")) {
            all.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        }
        if (!all.contains("-validity")) {
            all.addAll(List.of("-validity", "30"));
        }
        keytool(all.toArray(String[]::new));
        try {
            Path file = folder.resolve(alias + ".pem");
            KeyStore keys = load().keys();
            Key key = Objects.requireNonNull(keys.getKey(alias, PASSWORD.toCharArray()));
            pem(file, keys.getCertificateChain(alias));
            Files.writeString(file, Files.readString(file) + block("PRIVATE KEY", key.getEncoded()));
            return file;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a handshake would have proved of a client with this file. */
    public static ProvenCertificate proven(Path file) throws IOException {
        return new ProvenCertificate(PemFiles.read(file, file).chain());
    }

    /** Lists certificates as revoked; the first alias may be null for a list of none. */
    public Path revoke(String name, @Nullable String alias) throws IOException {
        Path file = folder.resolve(name);
        String serial = alias == null ? "1" : ((X509Certificate) load().certificate(alias)).getSerialNumber().toString();
        keytool("-gencrl", "-alias", "ca", "-id", serial, "-file", file.toString());
        return file;
    }

    /** A client, or server, that trusts the authority and shows a certificate of it, or none. */
    public SSLContext client(@Nullable String alias) {
        return clientOf(alias, alias == null ? List.of() : List.of(alias, "ca"), this);
    }

    /** A server that shows a certificate of the authority. */
    public SSLContext server(String alias) {
        return client(alias);
    }

    /** One that shows a chain of certificates with a key, whether they belong together or not. */
    SSLContext clientOf(@Nullable String key, List<String> chain, TestAuthority trusted) {
        try {
            Contents all = load();
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            anchors.setCertificateEntry("ca", trusted.load().certificate("ca"));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(anchors);
            KeyManager[] keys = key == null
                    ? null
                    : new KeyManager[] {new OneKey(
                            (PrivateKey) all.keys().getKey(key, PASSWORD.toCharArray()),
                            chain.stream().map(all::certificate).map(X509Certificate.class::cast).toList())};
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Shows what it was given, without a look at it. */
    private static final class OneKey extends X509ExtendedKeyManager {
        private final PrivateKey key;
        private final List<X509Certificate> chain;

        OneKey(PrivateKey key, List<X509Certificate> chain) {
            this.key = key;
            this.chain = chain;
        }

        @Override
        public String chooseEngineClientAlias(String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
            return "one";
        }

        @Override
        public String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, SSLEngine engine) {
            return "one";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {"one"};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
            return "one";
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
            return null;
        }
    }

    private Contents load() throws IOException {
        try (InputStream bytes = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(bytes, PASSWORD.toCharArray());
            return new Contents(keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pem(Path file, Certificate... chain) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (Certificate each : chain) {
                text.append(block("CERTIFICATE", each.getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        Files.writeString(file, text);
    }

    private static String block(String what, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }

    private void keytool(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(QUICK);
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Path output = Files.createTempFile(folder, "keytool", ".txt");
        try {
            Process keytool = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IOException("keytool failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }
}
