package io.relaygate.plugins.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The deadlines of an exchange: as long as something moves in either direction, both connections have time. They are moved on
 * seldom, because that is not for nothing.
 */
final class Pace {

    private static final int SELDOM = 8;

    private final InstantSource clock;
    private final Duration response;
    private final Duration body;
    private final ClientSide client;
    private final DestinationSide destination;
    private volatile Instant next = Instant.MIN;
    private boolean asked;
    private boolean answered;

    Pace(InstantSource clock, HttpSettings.Timeouts timeouts, ClientSide client, DestinationSide destination) {
        this.clock = clock;
        this.response = timeouts.response();
        this.body = timeouts.body();
        this.client = client;
        this.destination = destination;
    }

    /** The request's body is passed on. One that is here already is the destination's to take, in the time that it has to answer. */
    void begins(boolean isHere) {
        if (isHere) {
            asked();
        } else {
            moved();
        }
    }

    /** A piece of a body has been passed on, or is waited for. */
    void moved() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        synchronized (this) {
            next = now.plus(body.dividedBy(SELDOM));
            client.deadline(now.plus(body));
            destination.deadline(now.plus(body));
        }
    }

    /** The request is with the destination, which may think about it now. */
    synchronized void asked() {
        if (!answered && !asked) {
            asked = true;
            next = Instant.MAX;
            client.deadline(null);
            destination.deadline(clock.instant().plus(response));
        }
    }

    /**
     * The destination begins to answer.
     *
     * @param isHere whether the body of its answer is here already, and only the client may be waited for
     */
    void answers(boolean isHere) {
        synchronized (this) {
            answered = true;
            next = Instant.MIN;
            if (isHere) {
                next = Instant.MAX;
                client.deadline(clock.instant().plus(body));
                return;
            }
        }
        moved();
    }

    /** Nothing is waited for any more. */
    synchronized void over() {
        answered = true;
        next = Instant.MAX;
        client.deadline(null);
        destination.deadline(null);
    }
}
