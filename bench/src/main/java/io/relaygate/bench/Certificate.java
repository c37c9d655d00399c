package io.relaygate.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A self-signed certificate for {@code localhost} with a P-256 key.
 *
 * @param certificate the certificate, PEM; also what a client needs to trust it
 * @param key the private key, PKCS #8 PEM
 * @param both the two in one file, as HAProxy wants them
 * @param store the two as a key store, for {@link #context}
 */
record Certificate(Path certificate, Path key, Path both, Path store) {

    private static final char[] PASSWORD = "benchmark".toCharArray();

    /** Makes one in {@code folder}, with the keytool of the Java that runs this. */
    static Certificate make(Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("certificate.p12");
        Child keytool = Child.start("keytool", folder, Programs.keytool(store, new String(PASSWORD)), Map.of());
        try (keytool) {
            keytool.awaitSuccess();
        }
        Path certificate = folder.resolve("certificate.pem");
        Path key = folder.resolve("key.pem");
        Path both = folder.resolve("both.pem");
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD);
            String certificateText = pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
            String keyText = pem("PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded());
            Files.writeString(certificate, certificateText);
            Files.writeString(key, keyText);
            Files.writeString(both, certificateText + keyText);
        } catch (GeneralSecurityException e) {
            throw new IOException("keytool's key store cannot be read", e);
        }
        return new Certificate(certificate, key, both, store);
    }

    /** For a server that shows it, from its key store. */
    static SSLContext context(Path store) throws IOException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(in, PASSWORD);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the key store cannot be used", e);
        }
    }

    private static String pem(String kind, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, lines, kind);
    }
}
