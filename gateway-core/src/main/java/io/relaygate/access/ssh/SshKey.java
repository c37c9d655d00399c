package io.relaygate.access.ssh;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;

/**
 * A public key on the wire (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4), never a certificate.
 *
 * @param type its type, such as {@code ssh-ed25519}
 * @param blob all of it
 */
public record SshKey(String type, ByteBuffer blob) {

    /** The longest that is taken, in bytes: an RSA key of 16,384 bits has 2 KiB. */
    public static final int LONGEST = 4 * 1024;

    private static final int LEAST_RSA_BITS = 2048;
    private static final int MOST_RSA_BITS = 16_384;
    private static final int ED25519_BYTES = 32;
    private static final int MOST_APPLICATION = 256;

    /** Keeps its own copy. */
    public SshKey {
        blob = ByteBuffer.allocate(blob.remaining()).put(blob.duplicate()).flip().asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer blob() {
        return blob.duplicate();
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none, or too weak
     */
    public static SshKey parse(ByteBuffer blob) {
        if (blob.remaining() > LONGEST) {
            throw new IllegalArgumentException("a key of more than " + LONGEST + " bytes");
        }
        SshReader reader = new SshReader(blob);
        String type = reader.text();
        fields(type, reader);
        reader.end();
        return new SshKey(type, blob);
    }

    /** Reads what a key of a type has after its type. */
    static void fields(String type, SshReader reader) {
        switch (type) {
            case "ssh-ed25519" -> ed25519(reader);
            case "sk-ssh-ed25519@openssh.com" -> {
                ed25519(reader);
                application(reader);
            }
            case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521" -> ecdsa(type, reader);
            case "sk-ecdsa-sha2-nistp256@openssh.com" -> {
                ecdsa("ecdsa-sha2-nistp256", reader);
                application(reader);
            }
            case "ssh-rsa" -> rsa(reader);
            default -> throw new IllegalArgumentException("no key of a type that is taken");
        }
    }

    private static byte[] ed25519(SshReader reader) {
        byte[] key = reader.octets();
        if (key.length != ED25519_BYTES) {
            throw new IllegalArgumentException("an Ed25519 key has " + ED25519_BYTES + " bytes");
        }
        return key;
    }

    private static ECPoint ecdsa(String type, SshReader reader) {
        String curve = type.substring("ecdsa-sha2-".length());
        if (!reader.text().equals(curve)) {
            throw new IllegalArgumentException("the key's curve is not that of its type");
        }
        byte[] point = reader.octets();
        int size = size(curve);
        if (point.length != 1 + 2 * size || point[0] != 4) {
            throw new IllegalArgumentException("no uncompressed point of " + curve);
        }
        return new ECPoint(
                new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + size)),
                new BigInteger(1, Arrays.copyOfRange(point, 1 + size, point.length)));
    }

    private static int size(String curve) {
        return (Integer.parseInt(curve.substring("nistp".length())) + 7) / 8;
    }

    private static RSAPublicKeySpec rsa(SshReader reader) {
        BigInteger exponent = number(reader);
        BigInteger modulus = number(reader);
        if (modulus.bitLength() < LEAST_RSA_BITS || modulus.bitLength() > MOST_RSA_BITS || exponent.bitLength() > 64) {
            throw new IllegalArgumentException("an RSA key needs " + LEAST_RSA_BITS + " to " + MOST_RSA_BITS + " bits");
        }
        return new RSAPublicKeySpec(modulus, exponent);
    }

    private static BigInteger number(SshReader reader) {
        byte[] bytes = reader.octets();
        if (bytes.length == 0 || bytes[0] < 0) {
            throw new IllegalArgumentException("a number that is not positive");
        }
        return new BigInteger(bytes);
    }

    private static void application(SshReader reader) {
        if (reader.octets().length > MOST_APPLICATION) {
            throw new IllegalArgumentException("the application's name has more than " + MOST_APPLICATION + " bytes");
        }
    }

    /** Whether signatures of such keys can be verified here; those of security keys cannot. */
    public boolean verifies() {
        return !type.startsWith("sk-");
    }

    /**
     * Whether a signature (RFC 4253 section 6.6, RFC 8332, RFC 5656 section 3.1.2, RFC 8709 section 6) is of this key.
     * SHA-1 is not taken.
     *
     * @throws IllegalArgumentException if it is not one that such a key makes
     */
    public boolean verifies(ByteBuffer signed, ByteBuffer signature) {
        SshReader reader = new SshReader(signature);
        String algorithm = reader.text();
        byte[] bytes = reader.octets();
        reader.end();
        boolean fits = type.equals("ssh-rsa") ? algorithm.startsWith("rsa-sha2-") : algorithm.equals(type);
        if (!fits) {
            throw new IllegalArgumentException("a signature by an algorithm that is not taken of such a key");
        }
        try {
            return switch (algorithm) {
                case "ssh-ed25519" -> verify("Ed25519", signed, bytes);
                case "rsa-sha2-256" -> verify("SHA256withRSA", signed, bytes);
                case "rsa-sha2-512" -> verify("SHA512withRSA", signed, bytes);
                case "ecdsa-sha2-nistp256" -> verify("SHA256withECDSAinP1363Format", signed, joined(bytes, 32));
                case "ecdsa-sha2-nistp384" -> verify("SHA384withECDSAinP1363Format", signed, joined(bytes, 48));
                case "ecdsa-sha2-nistp521" -> verify("SHA512withECDSAinP1363Format", signed, joined(bytes, 66));
                default -> throw new IllegalArgumentException("a signature by an algorithm that is not taken");
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the signature or its key cannot be used: " + e.getMessage(), e);
        }
    }

    private boolean verify(String jdk, ByteBuffer signed, byte[] signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance(jdk);
        verifier.initVerify(key());
        verifier.update(signed.duplicate());
        return verifier.verify(signature);
    }

    /** The two numbers of an ECDSA signature, each in as many bytes as the curve has. */
    private static byte[] joined(byte[] signature, int size) {
        SshReader reader = new SshReader(ByteBuffer.wrap(signature));
        byte[] both = new byte[2 * size];
        for (int i = 1; i <= 2; i++) {
            byte[] number = number(reader).toByteArray();
            int from = number[0] == 0 ? 1 : 0;
            int length = number.length - from;
            if (length > size) {
                throw new IllegalArgumentException("a number of the signature is too long");
            }
            System.arraycopy(number, from, both, i * size - length, length);
        }
        reader.end();
        return both;
    }

    private PublicKey key() throws GeneralSecurityException {
        SshReader reader = new SshReader(blob);
        reader.text();
        return switch (type) {
            case "ssh-rsa" -> KeyFactory.getInstance("RSA").generatePublic(rsa(reader));
            case "ssh-ed25519" -> KeyFactory.getInstance("Ed25519").generatePublic(edwards(ed25519(reader)));
            default -> {
                AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
                int size = Integer.parseInt(type.substring(type.length() - 3));
                curve.init(new ECGenParameterSpec("secp" + size + "r1"));
                yield KeyFactory.getInstance("EC").generatePublic(
                        new ECPublicKeySpec(ecdsa(type, reader), curve.getParameterSpec(ECParameterSpec.class)));
            }
        };
    }

    /** RFC 8032 section 5.1.2: y with its lowest byte first, and the lowest bit of x in its highest bit. */
    private static EdECPublicKeySpec edwards(byte[] key) {
        byte[] big = new byte[ED25519_BYTES];
        for (int i = 0; i < ED25519_BYTES; i++) {
            big[i] = key[ED25519_BYTES - 1 - i];
        }
        boolean odd = (big[0] & 0x80) != 0;
        big[0] &= 0x7f;
        return new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, big)));
    }
}
