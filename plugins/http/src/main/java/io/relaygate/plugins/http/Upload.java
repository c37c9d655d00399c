package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.MalformedException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Passes the body of one request on, beside the response if need be. When the destination takes no more, the client may still be
 * sending: it is listened to for a while, so that it can hear the response.
 */
final class Upload {

    private static final long MOST_IN_VAIN = 1024 * 1024;

    private final ClientSide client;
    private final DestinationSide destination;
    private final Pace pace;
    private final long most;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile long bytes;
    private volatile boolean said;
    private volatile boolean whole;
    private volatile @Nullable IOException failure;

    /**
     * An upload.
     *
     * @param most bytes that the body may have; 0 for any
     */
    Upload(ClientSide client, DestinationSide destination, Pace pace, long most) {
        this.client = client;
        this.destination = destination;
        this.pace = pace;
        this.most = most;
    }

    /** Passes it on to its end. Does not fail: {@link #failure} says what came of it. */
    void run() {
        client.beforeWaiting(destination::flush);
        try {
            pass();
            whole = true;
            pace.asked();
            client.hearken();
        } catch (LostException e) {
            if (e.is(Side.DESTINATION)) {
                listenInVain();
            } else {
                fail(e.cause());
            }
        } catch (IOException e) {
            fail(e);
        } finally {
            over.countDown();
        }
    }

    /** It will not be run: nobody reads what the client says. */
    void never() {
        over.countDown();
    }

    private void pass() throws IOException {
        BodyReader body = client.body();
        long all = 0;
        pace.begins(body.isHere());
        while (body.next()) {
            all += body.pieceLength();
            if (most > 0 && all > most) {
                throw new FailedException(413, "http_request_denied", "the body is larger than is taken", new MalformedException(413, "the body is too large"));
            }
            bytes = all;
            said = body.isSaid();
            write(() -> body.passTo(destination.output()));
            pace.moved();
        }
        said = true;
        write(() -> destination.output().end(body.trailers()));
        destination.flush();
    }

    private interface Write {
        void run() throws IOException;
    }

    private static void write(Write write) throws LostException {
        try {
            write.run();
        } catch (IOException e) {
            throw new LostException(Side.DESTINATION, e);
        }
    }

    /** The request is no good: the destination must not take for a whole one what it has got of it. */
    private void fail(IOException why) {
        failure = why;
        destination.abort();
    }

    private void listenInVain() {
        client.beforeWaiting(() -> {});
        try {
            long all = 0;
            while (all < MOST_IN_VAIN && client.body().next()) {
                all += client.body().pieceLength();
            }
            said = all < MOST_IN_VAIN;
        } catch (IOException e) {
            failure = e;
        }
    }

    /** How many bytes of it the client has said and the gateway has taken. */
    long bytes() {
        return bytes;
    }

    /** Whether the client has said all of it: from then on its connection is at the next request. */
    boolean isSaid() {
        return said;
    }

    /** Whether the destination has got all of it. */
    boolean isWhole() {
        return whole;
    }

    /** What was wrong with the client's side; null if nothing was, or is known yet. */
    @Nullable IOException failure() {
        return failure;
    }

    /** Waits for its end; false if that does not come in time. */
    boolean awaitEnd(long millis) {
        try {
            return over.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a session", e);
        }
    }

    /** Waits for its end, which must be sure to come. */
    void awaitEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a session", e);
        }
    }
}
