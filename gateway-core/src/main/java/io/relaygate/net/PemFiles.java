package io.relaygate.net;

import io.relaygate.sdk.ServerCertificates.Certificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A certificate and its key: a server's, or what the gateway shows to one.
 *
 * @param chain the certificate of the key first
 * @param key its private key
 */
public record PemFiles(List<X509Certificate> chain, PrivateKey key) {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

    /** Keeps its own copy of the chain. */
    public PemFiles {
        chain = List.copyOf(chain);
    }

    /**
     * Reads both; they may be one file.
     *
     * @throws IOException if they cannot be read, hold something else or do not belong together; the message names the file
     */
    public static PemFiles read(Path certificate, Path key) throws IOException {
        try {
            List<X509Certificate> chain = readChain(certificate);
            if (chain.isEmpty()) {
                throw new IOException(certificate + ": no certificate in it");
            }
            PemFiles files = new PemFiles(chain, readKey(key));
            if (!files.belongTogether()) {
                throw new IOException(key + ": not the private key of the first certificate in " + certificate);
            }
            return files;
        } catch (NoSuchFileException e) {
            throw new IOException(e.getMessage() + ": no such file", e);
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + ": not a PEM certificate chain: " + e.getMessage(), e);
        }
    }

    /**
     * Reads all that settings name.
     *
     * @throws IOException if one cannot be read or holds something else; the message names the file
     */
    public static List<PemFiles> read(List<Certificate> named) throws IOException {
        List<PemFiles> all = new ArrayList<>();
        for (Certificate each : named) {
            all.add(read(each.certificate(), each.key()));
        }
        return all;
    }

    /** The files that settings name. */
    public static List<Path> names(List<Certificate> named) {
        return named.stream().flatMap(each -> Stream.of(each.certificate(), each.key())).toList();
    }

    private boolean belongTogether() {
        byte[] some = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(switch (key.getAlgorithm()) {
                case "EC" -> "SHA256withECDSA";
                case "RSA" -> "SHA256withRSA";
                default -> "EdDSA";
            });
            signature.initSign(key);
            signature.update(some);
            byte[] signed = signature.sign();
            signature.initVerify(chain.getFirst().getPublicKey());
            signature.update(some);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "certificate of " + chain.getFirst().getSubjectX500Principal();
    }

    /** The JDK's reader stumbles over a key in the same file. */
    static List<X509Certificate> readChain(Path file) throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = new ArrayList<>();
        byte[] bytes = Files.readAllBytes(file);
        CharBuffer text = StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(bytes));
        Matcher found = CERTIFICATE.matcher(text);
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        try {
            while (found.find()) {
                InputStream pem = new ByteArrayInputStream(bytes, found.start(), found.end() - found.start());
                chain.add((X509Certificate) factory.generateCertificate(pem));
            }
        } finally {
            wipe(bytes, text);
        }
        return chain;
    }

    private static PrivateKey readKey(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        CharBuffer text = StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(bytes));
        byte[] der = {};
        try {
            Matcher found = KEY.matcher(text);
            if (!found.find()) {
                throw new IOException(file + ": no PKCS #8 private key in it; openssl pkcs8 -topk8 -nocrypt makes one");
            }
            byte[] base64 = Arrays.copyOfRange(bytes, found.start(1), found.end(1));
            try {
                der = Base64.getMimeDecoder().decode(base64);
            } finally {
                Arrays.fill(base64, (byte) 0);
            }
            return key(file, der);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": the private key is not base64", e);
        } finally {
            wipe(bytes, text);
            Arrays.fill(der, (byte) 0);
        }
    }

    private static void wipe(byte[] bytes, CharBuffer text) {
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(text.array(), '\0');
    }

    /** What the JDK makes of it keeps copies of its own, which cannot be wiped. */
    private static PrivateKey key(Path file, byte[] der) throws IOException {
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                // Not of this kind; the next one may fit.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has " + algorithm, e);
            }
        }
        throw new IOException(file + ": the private key is neither EC, RSA nor EdDSA");
    }
}
