package io.relaygate.plugins.tds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority of the test's own, and what it issues, by {@code openssl}. */
final class Certificates {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path folder;

    Certificates(Path folder) throws Exception {
        this.folder = folder;
        openssl("""
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -subj /CN=Authority -days 30 -out ca.pem
                """);
    }

    private void openssl(String script) throws Exception {
        Path output = folder.resolve("openssl.txt");
        Process process = new ProcessBuilder("bash", "-ec", script).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        assertThat(process.waitFor()).as(Files.readString(output)).isZero();
    }

    /** A certificate and its key in one file. */
    Path issue(String name, String subjectAltName) throws Exception {
        openssl("""
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %1$s.key -subj /CN=%1$s -out %1$s.csr
                openssl x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out %1$s.crt -extfile <(echo subjectAltName=%2$s)
                cat %1$s.crt %1$s.key > %1$s.pem; chmod 600 %1$s.pem
                """.formatted(name, subjectAltName));
        return folder.resolve(name + ".pem");
    }

    Path authority() {
        return folder.resolve("ca.pem");
    }

    /** Whom drivers are to trust. */
    Path trustStore() throws IOException, GeneralSecurityException {
        Path file = folder.resolve("trust.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", certificates(authority()).iterator().next());
        try (var out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
        return file;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    /** A server that shows what was issued. */
    SSLContext server(String name) throws IOException, GeneralSecurityException {
        String pem = Files.readString(folder.resolve(name + ".key"), StandardCharsets.US_ASCII);
        byte[] key = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)), PASSWORD,
                certificates(folder.resolve(name + ".crt")).toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
