package io.relaygate.sdk;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client says when it begins TLS (RFC 8446 section 4.1.2), before anybody has answered it.
 *
 * @param serverName the host name that it asks for (RFC 6066), in lower case; null if it asks for none
 * @param applicationProtocols what it offers with ALPN (RFC 7301), in its order
 */
public record TlsHello(@Nullable String serverName, List<String> applicationProtocols) {

    /** Keeps its own copy. */
    public TlsHello {
        applicationProtocols = List.copyOf(applicationProtocols);
    }
}
