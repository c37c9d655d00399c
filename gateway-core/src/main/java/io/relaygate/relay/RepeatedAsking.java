package io.relaygate.relay;

import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a relay for a connection, and again beside that while no listener answers: a relay picks one at random, and for a while
 * perhaps one that is gone. The first connection is taken, those that come later are closed. For one caller.
 */
final class RepeatedAsking {

    /** How to ask once. */
    @FunctionalInterface
    interface Question {
        Link ask() throws RefusedException;
    }

    /** What one question came to. */
    private sealed interface Outcome {
        record Connected(Link link) implements Outcome {}

        record Refused(RefusedException why) implements Outcome {}
    }

    /** Bounds what a site gets that is there, but slow. */
    private static final int MOST = 4;

    /** A question knows the deadline, too, and says better why it has failed. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Threads threads;
    private final Duration patience;
    private final LinkedBlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private boolean decided;

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
     * @throws RefusedException if a listener or the relay refuses, or nobody has answered in time
     * @throws InterruptedIOException if the caller was interrupted
     */
    Link answer(String place, Question question, Instant deadline) throws RefusedException, InterruptedIOException {
        try {
            return first(place, question, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("connecting was interrupted");
        } finally {
            decide();
        }
    }

    private Link first(String place, Question question, Instant deadline) throws RefusedException, InterruptedException {
        Duration pause = patience;
        int asked = 0;
        int running = 0;
        while (true) {
            if (asked < MOST) {
                threads.start("relay-connect", () -> told(outcome(question)));
                asked++;
                running++;
            }
            Duration left = Duration.between(Instant.now(), deadline);
            boolean last = asked == MOST || left.compareTo(pause) <= 0;
            Duration wait = last ? left.plus(LAST_WORDS) : pause;
            pause = pause.multipliedBy(2);
            switch (outcomes.poll(Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS)) {
                case Outcome.Connected(Link link) -> {
                    return link;
                }
                case Outcome.Refused(RefusedException why) -> {
                    running--;
                    boolean another = why.reason() == Reason.NO_SITE && Refusal.OtherProcess.of(why) == null;
                    if (running == 0 || !another) {
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

    private static Outcome outcome(Question question) {
        try {
            return new Outcome.Connected(question.ask());
        } catch (RefusedException e) {
            return new Outcome.Refused(e);
        }
    }

    private void told(Outcome outcome) {
        if (!offer(outcome) && outcome instanceof Outcome.Connected(Link link)) {
            link.close();
        }
    }

    private synchronized boolean offer(Outcome outcome) {
        return !decided && outcomes.add(outcome);
    }

    /** What has come beside the first is closed, and what is still to come will be. */
    private synchronized void decide() {
        decided = true;
        for (@Nullable Outcome late = outcomes.poll(); late != null; late = outcomes.poll()) {
            if (late instanceof Outcome.Connected(Link link)) {
                link.close();
            }
        }
    }
}
