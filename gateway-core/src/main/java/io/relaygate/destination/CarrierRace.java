package io.relaygate.destination;

import io.relaygate.net.Race;
import io.relaygate.net.Race.Outcome;
import io.relaygate.net.Threads;
import io.relaygate.relay.Refusal;
import io.relaygate.relay.Relay;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.Opened;
import io.relaygate.tunnel.OtherProcessException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;

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

    /** Attempts know the deadline too, and say better why they have failed. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Threads threads;
    private final Duration headStart;

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
        Failures failures = new Failures();
        Iterator<Relay> next = relays.iterator();
        try (Race<Opened> race = new Race<>(threads::start, late -> late.link().close())) {
            while (race.running() > 0 || next.hasNext()) {
                if (next.hasNext()) {
                    Relay relay = next.next();
                    race.start("dial-" + relay.name(), () -> attempt(relay, course));
                }
                Duration patience = next.hasNext() ? headStart : Duration.between(Instant.now(), deadline).plus(LAST_WORDS);
                switch (race.next(patience)) {
                    case Outcome.Got<Opened>(Opened carrier) -> {
                        return carrier;
                    }
                    case Outcome.Failed<Opened>(RefusedException why) -> failures.add(why);
                    case Outcome.Failed<Opened>(IOException why) -> throw why;
                    case null -> {
                        if (!next.hasNext()) {
                            failures.add(new RefusedException(Reason.NO_RELAY, "no answer in time"));
                            throw failures.all("");
                        }
                    }
                }
            }
        }
        throw failures.all("");
    }

    /** Fails with a refusal for this relay, or with another process for all of them. */
    private static Opened attempt(Relay relay, Course course) throws RefusedException, OtherProcessException {
        try {
            return course.run(relay);
        } catch (RefusedException e) {
            Refusal.OtherProcess other = Refusal.OtherProcess.of(e);
            if (other == null) {
                throw e;
            }
            throw new OtherProcessException(other.instance(), other.boot());
        } catch (IOException e) {
            throw new RefusedException(Reason.NO_RELAY, relay.name() + ": " + e.getMessage(), e);
        }
    }
}
