package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.BodyWriter;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.ResponseHead;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The client of one exchange: the body of its request, and the way to answer it. One thread reads and one writes at a time. */
interface ClientSide {

    /** The body of the request whose head was read last. */
    BodyReader body();

    /** What to do before each read that may wait. */
    void beforeWaiting(Input.BeforeWaiting now);

    /** Begins a response. */
    void tell(ResponseHead head) throws IOException;

    /** The body of the response. */
    BodyWriter output();

    /** What comes once something else than HTTP is spoken. */
    BodyReader fromTunnel();

    /** What goes then; its end ends this direction. */
    BodyWriter toTunnel();

    /** Sends what was gathered for the client. */
    void flush() throws LostException;

    /** Whether the client's next request is here already, so that what it is told now can wait for the next answer. */
    boolean hasMore();

    /** When everything that is waited for breaks; null for never. */
    void deadline(@Nullable Instant instant);

    /**
     * Asks for nothing more for a client that is known to have left.
     *
     * @throws LostException if it has
     */
    void requireThere() throws LostException;

    /** An exchange begins, or with null is over: what to do if the client breaks it off. */
    void whenGone(@Nullable Runnable task);

    /** All of the request is with the destination: from now on until the exchange is over it is heard if the client leaves. */
    void hearken();

    /**
     * All is said to a client that may still be asking: no more is wanted of it, and it can hear the answer.
     *
     * @param until how long it is listened to
     */
    void saidAll(Instant until) throws IOException;

    /** Reads what the client still says, for a while. */
    void listenInVain() throws IOException;

    /** Ends it so that the client cannot take what it has got for all there is. */
    void breakOff();

    /** Nothing more comes from here. */
    void close();
}
