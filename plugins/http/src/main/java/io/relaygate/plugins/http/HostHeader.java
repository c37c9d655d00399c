package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * What a destination sees as {@code Host}.
 *
 * @param fixed the same for all requests; null for what the client has said
 */
record HostHeader(@Nullable Authority fixed) {

    private static final String PRESERVE = "preserve";

    /** Reads one from the configuration. */
    static HostHeader parse(String text) {
        try {
            return new HostHeader(text.equals(PRESERVE) ? null : Authority.parse(text));
        } catch (MalformedException e) {
            throw new IllegalArgumentException("expected `preserve` or a host, found '" + text + "'", e);
        }
    }

    @Override
    public String toString() {
        return fixed == null ? PRESERVE : fixed.toString();
    }
}
