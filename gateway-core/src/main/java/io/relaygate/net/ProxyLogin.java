package io.relaygate.net;

import java.io.IOException;
import java.time.Instant;

/** How we log in at a proxy. Any thread. */
sealed interface ProxyLogin permits BasicLogin, NegotiateLogin {

    /** The scheme, as {@link ProxyAnswer#schemes} has it. */
    String scheme();

    /** Who logs in, and how; for people. */
    String words();

    /**
     * What is shown for one CONNECT: the value of its field Proxy-Authorization.
     *
     * @param proxy the proxy's name, as its address is written
     * @return the receiver clears it
     * @throws IOException if there is none by the deadline; the message says why, and behind a semicolon what to do
     */
    byte[] shown(String proxy, Instant deadline) throws IOException;

    /** The proxy has not taken it. */
    default void refused() {}
}
