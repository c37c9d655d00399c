package io.relaygate.plugins.ssh.client;

import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The answers that are awaited; the peer gives them in the order of the requests (RFC 4254 sections 4 and 5.4). Any thread. */
final class Replies<T> {

    private static final int MOST = 100;

    private final ArrayDeque<Reply<T>> awaited = new ArrayDeque<>();
    private @Nullable IOException over;

    /**
     * One more is awaited; before the request is sent.
     *
     * @throws IOException if none comes any more, or too many are awaited
     */
    synchronized Reply<T> expect() throws IOException {
        if (over != null) {
            throw new IOException(over.getMessage(), over);
        }
        if (awaited.size() == MOST) {
            throw new IOException("it answers no requests");
        }
        Reply<T> reply = new Reply<>();
        awaited.add(reply);
        return reply;
    }

    /** The peer has given an answer; one that nobody has asked for is nobody's. */
    synchronized void next(T answer) {
        Reply<T> reply = awaited.poll();
        if (reply != null) {
            reply.set(answer);
        }
    }

    /** None comes any more; the first reason counts. */
    synchronized void fail(IOException why) {
        if (over == null) {
            over = why;
            awaited.forEach(reply -> reply.fail(why));
            awaited.clear();
        }
    }
}
