package io.relaygate.plugins.http;

import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.rules.Template;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * What a destination sees as {@code Host}.
 *
 * @param fixed the same for all requests; null if it is not
 * @param made of what is known of each; null, with {@code fixed} null too, for what the client has said
 */
record HostHeader(@Nullable Authority fixed, @Nullable Template made) {

    private static final String PRESERVE = "preserve";

    /** The same for all requests. */
    static HostHeader of(Authority fixed) {
        return new HostHeader(fixed, null);
    }

    /** Reads one from the configuration. */
    static HostHeader parse(String text) {
        if (text.equals(PRESERVE)) {
            return new HostHeader(null, null);
        }
        try {
            Template template = Template.parse(text);
            if (template.isPlain()) {
                return of(Authority.parse(text));
            }
            template.require(false, 0);
            return new HostHeader(null, template);
        } catch (MalformedException e) {
            throw new IllegalArgumentException("expected `preserve` or a host, found '" + text + "'", e);
        }
    }

    boolean isPreserved() {
        return fixed == null && made == null;
    }

    /**
     * The one for a request; null if it is the client's.
     *
     * @throws MalformedException 400, if what is known of it makes no host
     */
    @Nullable Authority of(Known known) throws MalformedException {
        return made == null ? fixed : Authority.parse(made.with(known));
    }

    @Override
    public String toString() {
        return made != null ? made.text() : fixed == null ? PRESERVE : fixed.toString();
    }
}
