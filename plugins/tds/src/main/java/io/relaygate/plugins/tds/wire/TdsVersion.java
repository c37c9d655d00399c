package io.relaygate.plugins.tds.wire;

/** Versions of the protocol as LOGIN7 and LOGINACK have them (MS-TDS section 2.2.6.4, TDSVersion). */
public final class TdsVersion {

    /** TDS 7.4. */
    public static final int V7_4 = 0x74000004;

    /** TDS 8.0: 7.4 inside TLS. */
    public static final int V8_0 = 0x08000000;

    private TdsVersion() {}

    /** Whether it is 7.2 or later: there LOGIN7 is longer, and so are some tokens. */
    public static boolean isFrom72(int version) {
        return version == V8_0 || (version >>> 24) >= 0x72;
    }

    /** Whether it is 7.4 or later: such clients go where a server sends them. */
    public static boolean isFrom74(int version) {
        return version == V8_0 || (version >>> 24) >= 0x74;
    }

    /** The version that says the same to who speaks 8.0, or does not: 7.4 and 8.0 are one protocol, and older ones have no such twin. */
    public static int in(boolean newest, int version) {
        if (newest) {
            return version == V7_4 ? V8_0 : version;
        }
        return version == V8_0 ? V7_4 : version;
    }

    /** For people: {@code 7.4}. */
    public static String text(int version) {
        return version == V8_0 ? "8.0" : (version >>> 28) + "." + (version >>> 24 & 0xf);
    }
}
