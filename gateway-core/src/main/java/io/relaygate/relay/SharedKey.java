package io.relaygate.relay;

import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Function;

/** A shared access key, whose file may have blanks and a line break around it. */
public final class SharedKey {

    private SharedKey() {}

    /**
     * Uses the present value; the array is wiped afterwards.
     *
     * @throws IOException if the secret cannot be read
     */
    public static <T> T with(Secret secret, Function<char[], T> use) throws IOException {
        return secret.with(text -> {
            char[] key = stripped(text);
            try {
                return use.apply(key);
            } finally {
                Arrays.fill(key, '\0');
            }
        });
    }

    /** A copy without the blanks around it. */
    public static char[] stripped(char[] text) {
        int from = 0;
        int to = text.length;
        while (from < to && Character.isWhitespace(text[from])) {
            from++;
        }
        while (to > from && Character.isWhitespace(text[to - 1])) {
            to--;
        }
        return Arrays.copyOfRange(text, from, to);
    }
}
