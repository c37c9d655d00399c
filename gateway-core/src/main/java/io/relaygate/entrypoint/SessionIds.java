package io.relaygate.entrypoint;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ids of sessions: 128 random bits as 32 hexadecimal digits. */
public final class SessionIds {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    private SessionIds() {}

    /** A new one. */
    public static String next() {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    /** The id that an edge gave, if it has the right form, else a new one. */
    static String givenOrNext(@Nullable String given) {
        return given != null && FORM.matcher(given).matches() ? given : next();
    }
}
