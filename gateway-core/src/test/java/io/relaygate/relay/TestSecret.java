package io.relaygate.relay;

import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Function;

/** A secret whose value the test sets; null stands for a file that is missing. */
public final class TestSecret implements Secret {

    /** The value. */
    @org.jspecify.annotations.Nullable
    public volatile String value;

    /** A secret. */
    public TestSecret(String value) {
        this.value = value;
    }

    @Override
    public <T> T with(Function<char[], T> use) throws IOException {
        String now = value;
        if (now == null) {
            throw new IOException("secret ${file:test.key}: no such file");
        }
        char[] chars = now.toCharArray();
        try {
            return use.apply(chars);
        } finally {
            Arrays.fill(chars, '\0');
        }
    }

    @Override
    public String toString() {
        return "${file:test.key}";
    }
}
