package io.relaygate.plugins.http;

import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.rules.Template;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Session;
import org.jspecify.annotations.Nullable;

/**
 * What a destination sees as {@code Host}.
 *
 * @param fixed the same for all requests; null if it is not
 * @param made of what is known of each; null if it is not
 * @param isDestinations whether it is that of the address that was connected to; if it is none of all these, it is what the client has said
 */
record HostHeader(@Nullable Authority fixed, @Nullable Template made, boolean isDestinations) {

    private static final String PRESERVE = "preserve";
    private static final String DESTINATION = "destination";

    /** The same for all requests. */
    static HostHeader of(Authority fixed) {
        return new HostHeader(fixed, null, false);
    }

    /** Reads one from the configuration. */
    static HostHeader parse(String text) {
        if (text.equals(PRESERVE) || text.equals(DESTINATION)) {
            return new HostHeader(null, null, text.equals(DESTINATION));
        }
        try {
            Template template = Template.parse(text);
            if (template.isPlain()) {
                return of(Authority.parse(text));
            }
            template.require(false, 0);
            return new HostHeader(null, template, false);
        } catch (MalformedException e) {
            throw new IllegalArgumentException("expected `preserve`, `destination` or a host, found '" + text + "'", e);
        }
    }

    boolean isPreserved() {
        return fixed == null && made == null && !isDestinations;
    }

    /**
     * The one for a request; null if it is the client's, or not known before there is a connection.
     *
     * @throws MalformedException 400, if what is known of it makes no host
     */
    @Nullable Authority of(Known known) throws MalformedException {
        return made == null ? fixed : Authority.parse(made.with(known));
    }

    /**
     * That of a destination: its port is said where its scheme has another.
     *
     * @throws MalformedException 400, if it can be no {@code Host}
     */
    static Authority of(Session.Peer peer) throws MalformedException {
        HostPort address = peer.address();
        String host = address.host().indexOf(':') >= 0 ? "[" + address.host() + "]" : address.host();
        return Authority.parse(address.port() == (peer.tls() ? 443 : 80) ? host : host + ":" + address.port());
    }

    @Override
    public String toString() {
        return made != null ? made.text() : fixed != null ? fixed.toString() : isDestinations ? DESTINATION : PRESERVE;
    }
}
