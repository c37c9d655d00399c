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

    /** What to do when the client breaks the exchange off; where nobody hears that, it is not done. */
    void whenGone(Runnable task);

    /**
     * All is said to a client that may still be asking: no more is wanted of it, and it can hear the answer.
     *
     * @param until how long it is listened to
     */
    void saidAll(Instant until) throws IOException;

    /** Reads what the client still says, for a while. */
    void listenInVain() throws IOException;

    /** Nothing more comes from here. */
    void close();
}
