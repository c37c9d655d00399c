package io.relaygate.tunnel;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Who a process is.
 *
 * @param instance its name, which no other living process has; the same after a restart
 * @param boot 128 bits that are new with every start
 */
record Identity(String instance, Bits boot) {

    /** The length of a boot in bytes. */
    static final int BOOT = 16;

    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Checks the name. */
    Identity {
        if (!INSTANCE.matcher(instance).matches()) {
            throw new IllegalArgumentException("an instance is 1 to 64 letters, digits, '.', '_' or '-', not '" + instance + "'");
        }
    }

    /**
     * A process that has told of itself.
     *
     * @param boot 32 hexadecimal digits
     * @throws IllegalArgumentException if that is no identity
     */
    static Identity of(String instance, String boot) {
        byte[] bytes = HexFormat.of().parseHex(boot);
        if (bytes.length != BOOT) {
            throw new IllegalArgumentException("a boot has " + 2 * BOOT + " digits, not " + boot.length());
        }
        return new Identity(instance, new Bits(bytes));
    }

    /** A process that has just started. */
    static Identity started(String instance, SecureRandom random) {
        return new Identity(instance, Bits.random(BOOT, random));
    }
}
