package io.relaygate.plugins.ssh;

import io.relaygate.plugins.ssh.proxy.Wildcard;
import io.relaygate.plugins.ssh.wire.Identification;

/** Identification strings: one, or several by {@code *} for any letters. */
final class IdentificationPattern {

    private final Wildcard pattern;

    private IdentificationPattern(Wildcard pattern) {
        this.pattern = pattern;
    }

    /**
     * Reads one from the configuration.
     *
     * @throws IllegalArgumentException if no identification string can be one of these
     */
    static IdentificationPattern parse(String text) {
        if (!text.startsWith(Identification.BEGINNING) && !text.startsWith("*")) {
            throw new IllegalArgumentException("identification strings begin with SSH-, as SSH-2.0-libssh*, and these do not: '" + text + "'");
        }
        return new IdentificationPattern(Wildcard.parse(text));
    }

    boolean fits(Identification said) {
        return pattern.fits(said.text());
    }

    @Override
    public String toString() {
        return pattern.toString();
    }
}
