package io.relaygate.config;

import java.io.IOException;
import java.util.Set;

/** Where the secrets of key vaults come from; handed in from above, for binding opens no socket. Any thread. */
public interface SecretStore {

    /**
     * Told of all secrets of a configuration before any is read, so that they can be fetched side by side. Returns when they
     * are there, or cannot be had.
     *
     * @param addresses as for {@link #read}
     */
    void prepare(Set<String> addresses);

    /**
     * A secret's present value, in an array that the caller wipes.
     *
     * @param address {@code https://VAULT/secrets/NAME}, or with {@code /VERSION}
     * @throws IOException if it cannot be had; the message is for the operator
     */
    char[] read(String address) throws IOException;
}
