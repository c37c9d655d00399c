package io.relaygate.entrypoint;

import io.relaygate.access.Arrival;
import io.relaygate.net.ByteRate;
import io.relaygate.net.Link;
import io.relaygate.net.SocketLink;
import io.relaygate.sdk.Caller;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client on its way from the accept to the routes: what is known of it becomes more. For one thread. */
final class Newcomer {

    Link link;
    String source;
    @Nullable InetAddress address;
    Caller caller = Caller.ANONYMOUS;
    Arrival.@Nullable Tls tls;

    /** Until when its certificate is good, if it has shown one. */
    Instant certifiedUntil = Instant.MAX;

    /** What binds its bytes once it has passed. */
    List<ByteRate> rates = List.of();

    /** Whether it counts in its source's limits. */
    boolean counted;

    /** Has just been accepted. */
    Newcomer(SocketLink link, @Nullable SocketAddress remote) {
        this.link = link;
        this.source = link.peer();
        this.address = remote instanceof InetSocketAddress internet ? internet.getAddress() : null;
    }

    /** A balancer has said for whom it connects. */
    void isFrom(InetSocketAddress real) {
        source = SocketLink.text(real);
        address = real.getAddress();
    }
}
