package io.relaygate.access;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Who may use a route or a destination: everybody, or those of whom everything is true that it says. */
public sealed interface Admission {

    /** Everybody: a route says {@code open: true}, or a destination nothing. */
    record Open() implements Admission {
        @Override
        public Instant check(Arrival arrival) {
            return Instant.MAX;
        }

        @Override
        public Instant check(Caller caller, Arrival arrival) {
            return Instant.MAX;
        }
    }

    /** Nobody: a route says neither. */
    record Nobody(String what) implements Admission {
        @Override
        public Instant check(Caller caller, Arrival arrival) throws RefusedException {
            return check(arrival);
        }

        @Override
        public Instant check(Arrival arrival) throws RefusedException {
            throw new RefusedException(Reason.NOT_ALLOWED, what + " allows nobody");
        }
    }

    /**
     * There is an {@code allow:}. A list that is empty says nothing.
     *
     * @param what what says so, for people
     * @param place where it stands in the configuration
     */
    record Rules(String what, String place, AllowSettings allow, InstantSource clock) implements Admission {

        @Override
        public Instant check(Arrival arrival) throws RefusedException {
            InetAddress source = arrival.address();
            if (!allow.networks().isEmpty()
                    && (source == null || allow.networks().stream().noneMatch(network -> network.contains(source)))) {
                throw refused("networks", "the source is in no network that " + what + " allows");
            }
            if (!allow.entryPoints().isEmpty() && !allow.entryPoints().contains(arrival.entryPoint())) {
                throw refused("entryPoints", "entry point " + arrival.entryPoint() + " is none that " + what + " allows");
            }
            String sender = arrival.sender();
            if (!allow.senders().isEmpty() && (sender == null || !allow.senders().contains(sender))) {
                throw refused("senders", sender == null
                        ? "no sender has proven who it is"
                        : "sender " + sender + " is none that " + what + " allows");
            }
            return allow.times().isEmpty() ? Instant.MAX : hoursEnd(clock.instant());
        }

        /** Others of the hours may go on then: that is for whoever asks again. */
        private Instant hoursEnd(Instant now) throws RefusedException {
            return allow.times().stream()
                    .filter(hours -> hours.contain(now))
                    .map(hours -> hours.over(now))
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> refused("times", "now is no time at which " + what + " allows anybody"));
        }

        @Override
        public Instant check(Caller caller, Arrival arrival) throws RefusedException {
            Instant until = check(arrival);
            if (!allow.callers().isEmpty() && allow.callers().stream().noneMatch(pattern -> pattern.matches(caller))) {
                throw refused("callers", inWords(caller) + " is none that " + what + " allows");
            }
            if (!allow.groups().isEmpty() && (caller.isAnonymous() || allow.groups().stream().noneMatch(caller.groups()::contains))) {
                throw refused("groups", inWords(caller) + " is in no group that " + what + " allows");
            }
            return until;
        }

        private static String inWords(Caller caller) {
            return "caller '" + caller.name() + "' (proof: " + caller.proof() + ")";
        }

        private RefusedException refused(String setting, String why) {
            return new RefusedException(Reason.NOT_ALLOWED, why + " (" + place + "." + setting + ")");
        }
    }

    /**
     * What a route or a destination says.
     *
     * @param what which one, for people
     * @param place where its {@code allow:} stands in the configuration
     * @param allow its {@code allow:}, or null
     * @param open its {@code open:}
     * @param clock tells the time that {@code allow: times} ask for
     */
    static Admission of(String what, String place, @Nullable AllowSettings allow, boolean open, InstantSource clock) {
        if (allow == null) {
            return open ? new Open() : new Nobody(what);
        }
        return allow.isEmpty() ? new Nobody(what) : new Rules(what, place, allow, clock);
    }

    /**
     * Lets somebody come in of whom it is not known yet who calls: asks everything but that.
     *
     * @return until when that holds, as far as time alone can say: then it must be asked again
     * @throws RefusedException if nobody may who has come so
     */
    Instant check(Arrival arrival) throws RefusedException;

    /**
     * Lets a caller pass.
     *
     * @param caller who asks
     * @param arrival how the session came for which it asks
     * @return until when that holds, as far as time alone can say: then it must be asked again
     * @throws RefusedException if it may not
     */
    Instant check(Caller caller, Arrival arrival) throws RefusedException;
}
