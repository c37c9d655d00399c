package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.BodyWriter;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The destination of one exchange. One thread reads and one writes at a time. */
interface DestinationSide {

    /** The host that it is, if one was named. */
    Session.@Nullable Peer peer();

    /** Begins the request. */
    void ask(RequestHead head) throws IOException;

    /** The body of the request. */
    BodyWriter output();

    /** Sends what was gathered for the destination. */
    void flush() throws LostException;

    /** What to do before each read that may wait. */
    void beforeWaiting(Input.BeforeWaiting now);

    /**
     * Waits for the next response to the request.
     *
     * @param answersHead whether it answers a HEAD request, and so has no body whatever it says
     */
    ResponseHead answer(boolean answersHead) throws IOException;

    /** The body of the response whose head was read last. */
    BodyReader body();

    /** What comes once something else than HTTP is spoken. */
    BodyReader fromTunnel();

    /** What goes then; its end ends this direction. */
    BodyWriter toTunnel();

    /** When everything that is waited for breaks; null for never. */
    void deadline(@Nullable Instant instant);

    /** Ends the exchange so that the destination cannot take it for a whole one. */
    void abort();

    /** Nobody reads or writes any more. */
    void rest();

    /**
     * The exchange is over.
     *
     * @param clean whether both sides have said all they wanted, and the connection would serve another one
     */
    void settle(boolean clean);
}
