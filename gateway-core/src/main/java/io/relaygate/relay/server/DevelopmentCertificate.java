package io.relaygate.relay.server;

import io.relaygate.net.Der;
import io.relaygate.net.PemFiles;
import io.relaygate.net.PrivateFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;

/**
 * The certificate that the relay makes for itself at its first start: an authority of its own, whose key is thrown away
 * at once, has signed it for localhost and the loopback addresses. Written by hand (RFC 5280), since starting the JDK's
 * tool for it takes longer than the whole relay.
 */
final class DevelopmentCertificate {

    private static final String CA_NAME = "RelayGate development authority";
    private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
    private static final Duration LIFE = Duration.ofDays(3650);
    private static final Duration RESERVE = Duration.ofDays(30);

    private DevelopmentCertificate() {}

    /** The file with the authority's certificate, for those who connect. */
    static Path caFile(Path stateDir) {
        return stateDir.resolve("relay-ca.pem");
    }

    /** The kept certificate, or a new one if there is none or its time is over. */
    static PemFiles load(Path stateDir, Instant now) throws IOException, GeneralSecurityException {
        Path server = stateDir.resolve("relay-server.pem");
        if (Files.exists(server) && Files.exists(caFile(stateDir))) {
            PemFiles kept = PemFiles.read(server, server);
            if (kept.chain().getFirst().getNotAfter().toInstant().isAfter(now.plus(RESERVE))) {
                return kept;
            }
        }
        make(stateDir, server, now);
        return PemFiles.read(server, server);
    }

    private static void make(Path stateDir, Path server, Instant now) throws IOException, GeneralSecurityException {
        KeyPair authority = newKeys();
        KeyPair keys = newKeys();
        Instant from = now.minus(Duration.ofDays(1));
        Instant until = now.plus(LIFE);
        byte[] authorityId = keyId(authority.getPublic());
        byte[] ca = sign(authority.getPrivate(), body(CA_NAME, authority.getPublic(), from, until, Der.sequence(
                extension("2.5.29.19", true, Der.sequence(Der.TRUE, Der.integer(BigInteger.ZERO))),
                extension("2.5.29.15", true, Der.bits(1, 0x06)),
                extension("2.5.29.14", false, Der.octets(authorityId)))));
        byte[] own = sign(authority.getPrivate(), body("localhost", keys.getPublic(), from, until, Der.sequence(
                extension("2.5.29.15", true, Der.bits(7, 0x80)),
                extension("2.5.29.37", false, Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"))),
                extension("2.5.29.17", false, names()),
                extension("2.5.29.14", false, Der.octets(keyId(keys.getPublic()))),
                extension("2.5.29.35", false, Der.sequence(Der.tagged(0x80, authorityId))))));
        PrivateFile.write(server, out -> {
            PrivateFile.writePem(out, "PRIVATE KEY", keys.getPrivate().getEncoded());
            PrivateFile.writePem(out, "CERTIFICATE", own);
            PrivateFile.writePem(out, "CERTIFICATE", ca);
        });
        PrivateFile.write(caFile(stateDir), out -> PrivateFile.writePem(out, "CERTIFICATE", ca));
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static byte[] body(String subject, PublicKey key, Instant from, Instant until, byte[] extensions) {
        return Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(127, new SecureRandom()).setBit(126)),
                algorithm(),
                Der.commonName(CA_NAME),
                Der.sequence(Der.time(from), Der.time(until)),
                Der.commonName(subject),
                key.getEncoded(),
                Der.explicit(3, extensions));
    }

    private static byte[] sign(PrivateKey key, byte[] body) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(body);
        return Der.sequence(body, algorithm(), Der.bits(signature.sign()));
    }

    private static byte[] algorithm() {
        return Der.sequence(Der.oid(ECDSA_SHA256));
    }

    private static byte[] names() {
        byte[] v6 = new byte[16];
        v6[15] = 1;
        return Der.sequence(
                Der.tagged(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
                Der.tagged(0x87, new byte[] {127, 0, 0, 1}),
                Der.tagged(0x87, v6));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.TRUE, Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static byte[] keyId(PublicKey key) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-1").digest(key.getEncoded());
    }
}
