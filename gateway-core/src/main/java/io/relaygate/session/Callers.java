package io.relaygate.session;

import io.relaygate.access.Admission;
import io.relaygate.access.Arrival;
import io.relaygate.access.identity.Denial;
import io.relaygate.access.identity.Judge;
import io.relaygate.access.identity.Judgement;
import io.relaygate.access.identity.Login;
import io.relaygate.observe.LoginRefused.Cause;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may act in a session: the caller of its arrival, or, where the route names identity providers, those alone whom their
 * judge has accepted in it, and nobody in particular if some of the route is open to that. Any thread.
 */
public final class Callers {

    /** So many uses are remembered of a session. */
    private static final int MOST_USES = 1024;

    /** And so many logins; who was accepted before them, and went nowhere, proves it again. */
    private static final int MOST_LOGINS = 2 * MOST_USES;

    /** How long a credential may wait to be judged in a session that is connected. */
    private static final Duration LATE_JUDGEMENT = Duration.ofSeconds(10);

    private final Arrival arrival;
    private final Admission admission;
    private final @Nullable Judge judge;
    private final boolean open;
    private final Latest latest;
    private final Map<Caller, Login> logins = new LinkedHashMap<>(4, 0.75f, true);
    private final Set<Place> places = new LinkedHashSet<>();
    private boolean acted;

    private record Place(Caller caller, @Nullable DestinationName destination) {}

    /**
     * A caller that was let through to somewhere.
     *
     * @param caller as it was then
     * @param login how it has proven who it is, the last time or the one that holds longest; null if the entry point knew
     * @param destination where, or null for the session as such
     */
    public record Use(Caller caller, @Nullable Login login, @Nullable DestinationName destination) {}

    /** Asks the latest policy for a session that an older one has routed. */
    @FunctionalInterface
    public interface Latest {
        /**
         * Asks it.
         *
         * @throws RefusedException if the session may not go on
         */
        void ask() throws RefusedException;
    }

    /**
     * Nobody yet.
     *
     * @param admission the route's
     * @param judge the route's, or null if it names no identity provider
     * @param open whether some of it is open to nobody in particular, though there is a judge
     * @param latest is asked whenever somebody was let through
     */
    public Callers(Arrival arrival, Admission admission, @Nullable Judge judge, boolean open, Latest latest) {
        this.arrival = arrival;
        this.admission = admission;
        this.judge = judge;
        this.open = open;
        this.latest = latest;
    }

    /**
     * Judges.
     *
     * @param connected whether the session is connected already, so that its deadline says nothing any more
     */
    Judgement judge(boolean connected, Credential... proofs) {
        Instant now = Instant.now();
        boolean late = connected || arrival.deadline().isBefore(now);
        return judge(late ? now.plus(LATE_JUDGEMENT) : arrival.deadline(), proofs);
    }

    Judgement judge(Instant deadline, Credential... proofs) {
        if (judge == null) {
            Set<Credential.Kind> kinds = Stream.of(proofs).map(Credential::kind).collect(Collectors.toSet());
            return Judgement.denied(new Denial(kinds, List.of(), null, Cause.UNFIT, "the route names no identity provider"));
        }
        Judgement judgement = judge.judge(arrival, deadline, proofs);
        Login login = judgement.login();
        if (login != null) {
            remember(login);
        }
        return judgement;
    }

    private synchronized void remember(Login login) {
        logins.merge(login.caller(), login, Login::longer);
        if (logins.size() > MOST_LOGINS) {
            Set<Caller> inUse = places.stream().map(Place::caller).collect(Collectors.toSet());
            logins.keySet().stream().filter(each -> !inUse.contains(each)).findFirst().ifPresent(logins::remove);
        }
    }

    /**
     * Somebody is the session's caller from now on.
     *
     * @throws RefusedException if nobody vouches for it, or the route does not allow it
     */
    void actAs(Caller caller) throws RefusedException {
        synchronized (this) {
            if (acted) {
                throw new IllegalStateException("the session has its caller already");
            }
            acted = true;
        }
        let(caller, null, new Admission.Open());
    }

    /**
     * Asks the route, as it was when the session came and as it is now, whether a caller may go to a destination, and the
     * destination too.
     *
     * @param there who may go there
     * @throws RefusedException if nobody vouches for it, or it is not allowed
     */
    void let(Caller caller, @Nullable DestinationName destination, Admission there) throws RefusedException {
        check(caller, there);
        Place place = new Place(caller, destination);
        boolean first = add(place);
        try {
            latest.ask();
        } catch (RefusedException e) {
            if (first) {
                remove(place);
            }
            throw e;
        }
    }

    private synchronized void check(Caller caller, Admission there) throws RefusedException {
        boolean nobody = caller.isAnonymous() && (judge == null || open);
        if (!nobody && !logins.containsKey(caller) && (judge != null || !caller.equals(arrival.caller()))) {
            throw new RefusedException(Reason.NOT_ALLOWED, judge == null
                    ? "nobody has vouched in this session for caller '" + caller.name() + "'"
                    : "no identity provider of the route has vouched in this session for "
                            + (caller.isAnonymous() ? "anybody" : "caller '" + caller.name() + "'") + " (" + judge.place() + ")");
        }
        if (nobody && judge != null) {
            admission.check(arrival);
        } else {
            admission.check(caller, arrival);
        }
        there.check(caller, arrival);
    }

    private synchronized boolean add(Place place) throws RefusedException {
        if (places.size() >= MOST_USES && !places.contains(place)) {
            throw new RefusedException(Reason.BUSY, "the session has more than " + MOST_USES + " callers and destinations");
        }
        return places.add(place);
    }

    private synchronized void remove(Place place) {
        places.remove(place);
    }

    /** Who was let through to where; each once. */
    synchronized List<Use> uses() {
        return places.stream().map(place -> new Use(place.caller(), logins.get(place.caller()), place.destination())).toList();
    }
}
