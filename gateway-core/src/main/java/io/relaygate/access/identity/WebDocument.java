package io.relaygate.access.identity;

import io.relaygate.net.SocketLink;
import io.relaygate.net.WayOut;
import io.relaygate.net.WebCall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads small documents from web servers (RFC 9110, RFC 9112), within a size and a time. No redirect is followed, and nothing
 * is connected to that is not on the public internet, unless that is permitted: the address that was looked at is the one
 * that is connected to, whatever DNS says next.
 *
 * @param out how servers are reached; of names that the proxy looks up it decides itself which it connects to
 * @param caFile the authorities to trust, or null for those of the runtime
 * @param privateNetworks whether other addresses, and http, are permitted
 */
record WebDocument(WayOut out, @Nullable Path caFile, boolean privateNetworks) {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /**
     * Reads one.
     *
     * @throws IOException if there is none within 5 seconds and 256 KiB; the message says of which address
     */
    byte[] read(URI uri) throws IOException {
        if (!"https".equals(uri.getScheme()) && !privateNetworks) {
            throw new IOException(uri + ": not https, which needs `privateNetworks: true`");
        }
        WebCall.Answer answer = WebCall.get(uri, caFile).send(out, LIMIT, this::checkAddress);
        int status = answer.head().status();
        if (status != 200) {
            throw new IOException(
                    uri + ": answered " + status + (status / 100 == 3 ? ", and redirects are not followed" : ""));
        }
        return answer.body();
    }

    private void checkAddress(InetAddress address) throws IOException {
        if (!privateNetworks && !PublicAddress.is(address)) {
            throw new IOException(SocketLink.text(address) + " is no public address, which needs `privateNetworks: true`");
        }
    }
}
