package io.relaygate.relay;

import io.relaygate.net.Link;
import io.relaygate.net.Race;
import io.relaygate.net.Race.Outcome;
import io.relaygate.net.Threads;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;

/**
 * Asks a relay for a connection, and again beside that while no listener answers: a relay picks one at random, and for a while
 * perhaps one that is gone. The first connection is taken, those that come later are closed. For one caller.
 */
final class RepeatedAsking {

    /** Bounds what a site gets that is there, but slow. */
    private static final int MOST = 4;

    /** A question knows the deadline, too, and says better why it has failed. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Threads threads;
    private final Duration patience;

    /**
     * Nothing is asked yet.
     *
     * @param patience how long the first question is alone; the next ones twice as long each
     */
    RepeatedAsking(Threads threads, Duration patience) {
        this.threads = threads;
        this.patience = patience;
    }

    /**
     * The first connection that there is.
     *
     * @param place where, to begin a message with
     * @param question asks once
     * @throws RefusedException if a listener or the relay refuses, or nobody has answered in time
     * @throws InterruptedIOException if the caller was interrupted
     */
    Link answer(String place, Race.Attempt<Link> question, Instant deadline) throws IOException {
        Duration pause = patience;
        int asked = 0;
        try (Race<Link> race = new Race<>(threads::start, Link::close)) {
            while (true) {
                if (asked < MOST) {
                    race.start("relay-connect", question);
                    asked++;
                }
                Duration left = Duration.between(Instant.now(), deadline);
                boolean last = asked == MOST || left.compareTo(pause) <= 0;
                Duration wait = last ? left.plus(LAST_WORDS) : pause;
                pause = pause.multipliedBy(2);
                switch (race.next(wait)) {
                    case Outcome.Got<Link>(Link link) -> {
                        return link;
                    }
                    case Outcome.Failed<Link>(IOException why) -> {
                        if (race.running() == 0 || !anotherMayAnswer(why)) {
                            throw why;
                        }
                        asked = MOST;
                    }
                    case null -> {
                        if (last) {
                            throw new RefusedException(Reason.NO_SITE, place + "no listener has answered in time");
                        }
                    }
                }
            }
        }
    }

    private static boolean anotherMayAnswer(IOException why) {
        return why instanceof RefusedException refused && refused.reason() == Reason.NO_SITE && Refusal.OtherProcess.of(refused) == null;
    }
}
