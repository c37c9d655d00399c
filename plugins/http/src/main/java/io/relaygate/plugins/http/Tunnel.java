package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.BodyWriter;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.sdk.Session;
import java.io.IOException;

/**
 * Two sides that speak something else than HTTP from here on, one of them at least on a stream of HTTP/2 (RFC 8441), which cannot
 * be spliced. A side that ends has its end told to the other; one that breaks has the other broken.
 */
final class Tunnel {

    private final ClientSide client;
    private final DestinationSide destination;

    Tunnel(ClientSide client, DestinationSide destination) {
        this.client = client;
        this.destination = destination;
    }

    /** Carries both directions to their ends. */
    void run(Session session) throws IOException {
        BodyWriter up = destination.toTunnel();
        BodyWriter down = client.toTunnel();
        client.beforeWaiting(up::flush);
        destination.beforeWaiting(down::flush);
        client.whenGone(destination::abort);
        Session.Fork upwards = session.fork("tunnel", () -> carry(client.fromTunnel(), up));
        try {
            carry(destination.fromTunnel(), down);
        } finally {
            upwards.join();
        }
        destination.settle(false);
    }

    private void carry(BodyReader from, BodyWriter to) throws IOException {
        try {
            while (from.next()) {
                from.passTo(to);
            }
            to.end(new Fields());
            to.flush();
        } catch (IOException e) {
            destination.abort();
            client.breakOff();
            throw e;
        }
    }
}
