package io.relaygate.destination;

import io.relaygate.net.Threads;
import io.relaygate.relay.Refusal;
import io.relaygate.relay.Relay;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.EdgeTunnel;
import io.relaygate.tunnel.Opened;
import io.relaygate.tunnel.OtherProcessException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Attempts to connect over one relay after another; one that does not answer soon is not waited for before the next is
 * tried beside it, and the first connection is taken (as RFC 8305 section 5 does with addresses). For one caller.
 */
final class CarrierRace {

    /** How to connect over a relay; throws what it refused with. */
    @FunctionalInterface
    interface Course {
        Opened run(Relay relay) throws IOException;
    }

    /** What one attempt came to. */
    private sealed interface Outcome {
        record Connected(Opened carrier) implements Outcome {}

        record Failed(RefusedException why) implements Outcome {}

        record Elsewhere(OtherProcessException why) implements Outcome {}
    }

    /** Attempts know the deadline too, and say better why they have failed. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Threads threads;
    private final Duration headStart;
    private final LinkedBlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private boolean decided;

    /**
     * A race that has not begun.
     *
     * @param headStart how long an attempt is alone before the next begins
     */
    CarrierRace(Threads threads, Duration headStart) {
        this.threads = threads;
        this.headStart = headStart;
    }

    /**
     * The first connection that there is; those that come later are closed.
     *
     * @throws OtherProcessException if another process of the site answered first
     * @throws RefusedException if all have failed, or the deadline has passed
     */
    Opened winner(List<Relay> relays, Course course, Instant deadline) throws IOException {
        try {
            return first(relays.iterator(), course, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("dialling was interrupted");
        } finally {
            decide();
        }
    }

    private Opened first(Iterator<Relay> relays, Course course, Instant deadline)
            throws IOException, InterruptedException {
        Failures failures = new Failures();
        int running = 0;
        while (running > 0 || relays.hasNext()) {
            if (relays.hasNext()) {
                Relay relay = relays.next();
                threads.start("dial-" + relay.name(), () -> told(attempt(relay, course)));
                running++;
            }
            Duration patience =
                    relays.hasNext() ? headStart : Duration.between(Instant.now(), deadline).plus(LAST_WORDS);
            switch (outcomes.poll(Math.max(0, patience.toMillis()), TimeUnit.MILLISECONDS)) {
                case Outcome.Connected(Opened carrier) -> {
                    return carrier;
                }
                case Outcome.Elsewhere(OtherProcessException why) -> throw why;
                case Outcome.Failed(RefusedException why) -> {
                    failures.add(why);
                    running--;
                }
                case null -> {
                    if (!relays.hasNext()) {
                        failures.add(new RefusedException(Reason.NO_RELAY, "no answer in time"));
                        throw failures.all("");
                    }
                }
            }
        }
        throw failures.all("");
    }

    private static Outcome attempt(Relay relay, Course course) {
        try {
            return new Outcome.Connected(course.run(relay));
        } catch (RefusedException e) {
            Refusal.OtherProcess other = Refusal.OtherProcess.of(e);
            return other == null
                    ? new Outcome.Failed(e)
                    : new Outcome.Elsewhere(new OtherProcessException(other.instance(), other.boot()));
        } catch (IOException e) {
            return new Outcome.Failed(new RefusedException(Reason.NO_RELAY, relay.name() + ": " + e.getMessage(), e));
        }
    }

    private void told(Outcome outcome) {
        if (!offer(outcome) && outcome instanceof Outcome.Connected(Opened carrier)) {
            carrier.link().close();
        }
    }

    private synchronized boolean offer(Outcome outcome) {
        return !decided && outcomes.add(outcome);
    }

    /** What has come beside the winner is closed, and what is still to come will be. */
    private synchronized void decide() {
        decided = true;
        for (@Nullable Outcome late = outcomes.poll(); late != null; late = outcomes.poll()) {
            if (late instanceof Outcome.Connected(Opened carrier)) {
                carrier.link().close();
            }
        }
    }
}
