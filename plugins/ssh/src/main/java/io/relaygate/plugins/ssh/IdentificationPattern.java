package io.relaygate.plugins.ssh;

import io.relaygate.plugins.ssh.wire.Identification;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Identification strings: one, or several by {@code *} for any letters. */
final class IdentificationPattern {

    private final String text;
    private final Pattern pattern;

    private IdentificationPattern(String text) {
        this.text = text;
        this.pattern = Pattern.compile(Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
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
        return new IdentificationPattern(text);
    }

    boolean fits(Identification said) {
        return pattern.matcher(said.text()).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
