package io.relaygate.sdk;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** What a destination tells the dialer that it names, and what it lends to it. Any thread. */
public interface DialerContext {

    /** The destination's name in the configuration. */
    String destination();

    /**
     * Connects to the dialer's next hop, a proxy, over TCP. Not to be used before sessions come.
     *
     * @param hop as the dialer's settings name it; every address of its name is tried
     * @param tls whom to trust for TLS with the hop, or null for none
     * @param deadline when to give up; the connection ends then too, unless {@link DialerHandle#dial} has returned it, or the
     *     dialer, which keeps it for dials to come, has set another ({@link Connection#deadline})
     * @throws RefusedException UNREACHABLE if it does not answer
     */
    Connection connect(HostPort hop, @Nullable Trust tls, Instant deadline) throws IOException;

    /**
     * Makes threads for connections that the dialer keeps, of unspecified kind. All are to be over when {@link DialerHandle#close}
     * returns; those that are not are interrupted, and named in the log if even that does not help.
     */
    ThreadFactory threads();

    /** Numbers of the dialer's own, of this destination. */
    Metrics metrics();
}
