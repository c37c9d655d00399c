package io.relaygate.relay.server;

import io.relaygate.relay.server.RelaySettings.Cuts;
import io.relaygate.relay.server.RelaySettings.Profile;
import java.time.Duration;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the relay does where the protocol of Azure's leaves it a choice: it is asked at each such place. Any thread.
 *
 * @param aims whether a WebSocket sender may choose among listeners; it is proven of Azure for HTTP requests alone
 * @param bearsPings whether a listener may ping on its control channel
 * @param answersPings whether pings within a connection are answered
 * @param asks whether a listener that has long been silent is asked, and has to answer
 * @param cadence how often a control channel gets a Pong
 * @param announcesCadence whether our own listeners are told of it
 * @param quiet after how long without a frame the ends of a connection get a Pong
 * @param keepsMessages whether messages arrive as they were sent, or cut and joined anew
 * @param keepsCase whether a sender's path reaches the listener as it was sent, or in lower case
 * @param keepsCodes whether a sender's close frame keeps its code
 * @param takesLongScopes whether a token may be for more of a path than the hybrid connection's
 * @param haunting how long a listener whose connection was lost is still offered senders
 * @param cuts at what age carriers of tunnels are cut, or null
 * @param random for ages and the sizes of messages
 */
record Conduct(
        boolean aims,
        boolean bearsPings,
        boolean answersPings,
        boolean asks,
        Duration cadence,
        boolean announcesCadence,
        Duration quiet,
        boolean keepsMessages,
        boolean keepsCase,
        boolean keepsCodes,
        boolean takesLongScopes,
        Duration haunting,
        @Nullable Cuts cuts,
        RandomGenerator random) {

    /** Azure's, on control channels. */
    private static final Duration SELDOM = Duration.ofSeconds(210);

    private static final Duration HAUNTING = Duration.ofSeconds(60);

    /** That of the settings' profile. */
    static Conduct of(RelaySettings settings) {
        return settings.profile() == Profile.PESSIMISTIC ? pessimistic(settings.cuts()) : azure(settings.cadence());
    }

    /** As Azure is known to behave, and a little better: who listens notices a dead relay soon, and is noticed. */
    static Conduct azure(Duration cadence) {
        return new Conduct(
                true, true, true, true, cadence, true, Forwarding.QUIET, true, true, true, true, Duration.ZERO, null, new Random());
    }

    private static Conduct pessimistic(@Nullable Cuts cuts) {
        // Its calls are synchronised.
        Random random = new Random(cuts == null ? 1 : cuts.seed());
        return new Conduct(
                false, false, false, false, SELDOM, false, SELDOM, false, false, false, false, HAUNTING, cuts, random);
    }

    /** How one direction of a connection passes its data on. */
    Passage passage() {
        return keepsMessages ? new WholeFrames() : new Recut(new SplittableRandom(random.nextLong()));
    }

    /** After how long a carrier is cut; null if it is not. */
    @Nullable Duration age() {
        if (cuts == null) {
            return null;
        }
        long least = cuts.from().toMillis();
        return Duration.ofMillis(least + random.nextLong(Math.max(1, cuts.to().toMillis() - least + 1)));
    }
}
