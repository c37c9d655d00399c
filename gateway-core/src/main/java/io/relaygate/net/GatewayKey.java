package io.relaygate.net;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;

/**
 * The Ed25519 key by which other gateways know this one. It is kept with a certificate that it has signed itself, because
 * TLS carries keys in certificates; nothing in that counts but the key.
 *
 * @param pin its public half
 * @param files what TLS needs of it
 */
public record GatewayKey(Pin pin, PemFiles files) {

    private static final String ED25519 = "1.3.101.112";

    /** RFC 5280 section 4.1.2.5: has no end that could be named. */
    private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");

    private static final Instant ALWAYS = Instant.parse("2020-01-01T00:00:00Z");

    /**
     * Reads one from a file that {@link #make} has written.
     *
     * @throws IOException if there is none in it; the message names the file
     */
    public static GatewayKey read(Path file) throws IOException {
        PemFiles files = PemFiles.read(file, file);
        Pin pin = Pin.of(files.chain().getFirst().getPublicKey());
        if (pin == null) {
            throw new IOException(file + ": no key of a gateway in it; `relaygate identity` makes one");
        }
        return new GatewayKey(pin, files);
    }

    /** The signature of these bytes, 64 bytes (RFC 8032). */
    public byte[] sign(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(files.key());
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    /** Makes one and writes it to a file that only its owner can read. */
    public static GatewayKey make(Path file) throws IOException {
        try {
            KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] certificate = certificate(keys);
            PrivateFile.write(file, out -> {
                PrivateFile.writePem(out, "PRIVATE KEY", keys.getPrivate().getEncoded());
                PrivateFile.writePem(out, "CERTIFICATE", certificate);
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
        return read(file);
    }

    private static byte[] certificate(KeyPair keys) throws GeneralSecurityException {
        byte[] algorithm = Der.sequence(Der.oid(ED25519));
        byte[] name = Der.commonName("RelayGate gateway");
        byte[] body = Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(127, new SecureRandom()).setBit(126)),
                algorithm,
                name,
                Der.sequence(Der.time(ALWAYS), Der.time(NEVER)),
                name,
                keys.getPublic().getEncoded());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(keys.getPrivate());
        signature.update(body);
        return Der.sequence(body, algorithm, Der.bits(signature.sign()));
    }

    /** Without the private half. */
    @Override
    public String toString() {
        return pin.toString();
    }
}
