package io.relaygate.plugins.http;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Ends a client's connection that is waited for for too long, and tells the client why. The deadline of a connection could not
 * tell it anything: it breaks the connection.
 */
final class Watch {

    private static final Duration TO_TELL = Duration.ofSeconds(5);

    private final Connection client;
    private final InstantSource clock;
    private final CountDownLatch told = new CountDownLatch(1);
    private byte[] words = {};
    private @Nullable Instant until;
    private boolean ended;

    Watch(Connection client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Something is waited for: what is said when it has not come in time. Nobody else writes to the client until {@link #end}. */
    synchronized void begin(Duration limit, byte[] lastWords) {
        until = clock.instant().plus(limit);
        words = lastWords;
    }

    /** It has come, or will never. Says whether it was too late; then the client has been told. */
    boolean end() {
        synchronized (this) {
            until = null;
            if (!ended) {
                return false;
            }
        }
        try {
            // Who ends the session before would break the connection, and the client hear nothing.
            told.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a session", e);
        }
        return true;
    }

    void look(Instant now) {
        byte[] last;
        synchronized (this) {
            if (until == null || now.isBefore(until)) {
                return;
            }
            until = null;
            ended = true;
            last = words;
        }
        try {
            client.deadline(now.plus(TO_TELL));
            client.out().write(last);
        } catch (IOException e) {
            // It does not listen either.
        } finally {
            client.close();
            told.countDown();
        }
    }
}
