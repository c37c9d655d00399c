package io.relaygate.relay;

import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.relay.RequestOffer.Way;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the answer to an HTTP request goes: the control channel, unless there is a rendezvous already, or it has to be opened
 * because the answer is large, slow, or its head long. Any thread.
 */
final class ReturnPath {

    /** A relay keeps a rendezvous open for listeners for 20 to 30 s. */
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(20);

    private final Way way;
    private @Nullable RequestSocket socket;
    private boolean over;

    ReturnPath(Way way) {
        this.way = way;
    }

    /**
     * The rendezvous, which is opened if it is not.
     *
     * @param opened has a new one read to its end on another thread
     * @throws IOException if the relay or the sender has left, or an answer has been given
     */
    synchronized RequestSocket open(Consumer<RequestSocket> opened) throws IOException {
        RequestSocket known = socket;
        if (known == null) {
            if (over) {
                throw new IOException("the request is over");
            }
            known = new RequestSocket(way.open(Instant.now().plus(OPEN_LIMIT)));
            socket = known;
            opened.accept(known);
        }
        return known;
    }

    /** The rendezvous, if it is open. */
    synchronized @Nullable RequestSocket opened() {
        return socket;
    }

    /**
     * Gives the whole answer on the control channel.
     *
     * @return false if it must go over the rendezvous
     * @throws IOException if the channel is lost, or an answer has been given
     */
    synchronized boolean atOnce(Response response, byte[] body) throws IOException {
        if (socket != null
                || response.toJson().getBytes(StandardCharsets.UTF_8).length > ControlMessage.MAX_LENGTH) {
            return false;
        }
        if (over) {
            throw new IOException("the request is over");
        }
        over = true;
        way.answer(response, body);
        return true;
    }

    /** Whether somebody waits for an answer, as far as is known. */
    synchronized boolean isAwaited() {
        return !over;
    }

    /**
     * The control channel is lost.
     *
     * @return whether nobody can be answered any more
     */
    synchronized boolean lost() {
        boolean waited = !over && socket == null;
        over |= waited;
        return waited;
    }

    /** Drops the rendezvous, if there is one: nobody is to take the answer for whole. */
    void abort() {
        RequestSocket known = opened();
        if (known != null) {
            known.abort();
        }
    }

    /** Nothing more is sent. */
    void end() {
        synchronized (this) {
            over = true;
        }
        way.over();
    }
}
