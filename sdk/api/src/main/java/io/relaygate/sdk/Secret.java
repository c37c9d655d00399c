package io.relaygate.sdk;

import java.io.IOException;
import java.util.function.Function;

/**
 * A secret that the configuration names by reference, {@code ${file:NAME}}, {@code ${env:NAME}} or
 * {@code ${keyvault:VAULT/SECRET}}. It is read when it is used, so that a rotated file takes effect at once, and its text form is the reference and never the secret.
 */
public interface Secret {

    /**
     * Uses the secret's present value; the characters are wiped when {@code use} returns.
     *
     * @throws IOException if it cannot be read; the message names the reference
     */
    <T> T with(Function<char[], T> use) throws IOException;
}
