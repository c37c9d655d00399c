package io.relaygate.cli;

import io.relaygate.sdk.Secret;
import java.util.function.Function;

/** A secret of the command line, which nobody can take back. */
record Said(String text) implements Secret {

    @Override
    public <T> T with(Function<char[], T> use) {
        return use.apply(text.toCharArray());
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "the command line";
    }
}
