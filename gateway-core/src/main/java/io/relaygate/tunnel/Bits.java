package io.relaygate.tunnel;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** A value of a fixed number of bits: a boot id, a nonce, a secret, a proof. */
final class Bits {

    /** What stands for a secret that is not said. */
    static final Bits NO_SECRET = new Bits(new byte[CarrierRecord.SECRET]);

    private final byte[] bytes;

    /** Takes over the array. */
    Bits(byte[] bytes) {
        this.bytes = bytes;
    }

    static Bits random(int length, SecureRandom random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new Bits(bytes);
    }

    /** Not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** Compares in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Bits bits && MessageDigest.isEqual(bytes, bits.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** How many bits: the value may be a secret. */
    @Override
    public String toString() {
        return 8 * bytes.length + " bits";
    }
}
