package io.relaygate.plugins.tds.wire;

/** What client and server say about TLS in PRELOGIN (MS-TDS section 2.2.6.5, B_FENCRYPTION). */
public enum Encryption {
    /** It can be had: for the login, and for no more if the other side says the same. */
    OFF(0),
    /** It is wanted for all. */
    ON(1),
    /** There is none. */
    NOT_SUPPORTED(2),
    /** It is needed for all. */
    REQUIRED(3);

    /** The bits that say which. Others say that a client certificate is to come, or ask for extensions. */
    private static final int WHICH = 0x03;

    private final int value;

    Encryption(int value) {
        this.value = value;
    }

    static Encryption of(int said) {
        for (Encryption each : values()) {
            if (each.value == (said & WHICH)) {
                return each;
            }
        }
        throw new IllegalStateException("two bits have four values");
    }

    /** As it is on the wire. */
    byte value() {
        return (byte) value;
    }

    /** Whether all of the session is to be inside TLS. */
    public boolean all() {
        return this == ON || this == REQUIRED;
    }
}
