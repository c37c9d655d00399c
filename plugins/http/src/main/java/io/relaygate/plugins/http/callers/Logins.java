package io.relaygate.plugins.http.callers;

import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.Credential.Kind;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says of each request on one connection who calls: each is judged by itself (RFC 9110 section 11). Any thread. */
public final class Logins {

    private final Session session;
    private final Credential.@Nullable ClientCertificate certificate;
    private @Nullable Set<Kind> judged;
    private boolean acted;

    /**
     * Of a session.
     *
     * @param certificate what the client's TLS has proved, if it ends here
     */
    public Logins(Session session, Credential.@Nullable ClientCertificate certificate) {
        this.session = session;
        this.certificate = certificate;
    }

    /** The kinds of credentials that the route's identity providers take. */
    public static Set<Kind> judged(Session session) {
        return session.judge() instanceof Verdict.Incomplete(Set<Kind> next) ? next : Set.of();
    }

    /**
     * Finds out who calls, and whether it may at all.
     *
     * @param client the address of the client, as far as that is believed; empty if it is not known
     * @throws TurnedAwayException if the request goes no further
     */
    public Proven know(Door door, RequestHead asked, String client) throws TurnedAwayException {
        List<Turns.Turn> turns = new ArrayList<>(2);
        boolean known = false;
        try {
            if (door.perSource() != null) {
                turns.add(door.perSource().take(Source.of(client.isEmpty() ? session.facts().source() : client)));
            }
            Proven found = known(door, asked, turns);
            known = true;
            return found;
        } finally {
            if (!known) {
                turns.forEach(Turns.Turn::close);
            }
        }
    }

    /** Requests that come beside each other are judged one after the other, as the session wants it. */
    private synchronized Proven known(Door door, RequestHead asked, List<Turns.Turn> turns) throws TurnedAwayException {
        if (!door.judges()) {
            return known(door, session.facts().caller(), asked, turns);
        }
        try (Shown shown = new Shown(asked, door, judged(), certificate)) {
            if (door.isOpen()) {
                return known(door, Caller.ANONYMOUS, shown.rest(), turns);
            }
            Caller caller = caller(door, shown);
            act(caller);
            return known(door, caller, shown.rest(), turns);
        }
    }

    private static Proven known(Door door, Caller caller, RequestHead request, List<Turns.Turn> turns) throws TurnedAwayException {
        if (door.perCaller() != null && !caller.isAnonymous()) {
            try {
                turns.add(door.perCaller().take(caller.name()));
            } catch (TurnedAwayException e) {
                throw e.of(caller);
            }
        }
        return new Proven(door, caller, door.clean(request), turns);
    }

    private Set<Kind> judged() {
        Set<Kind> known = judged;
        if (known == null) {
            known = judged(session);
            judged = known;
        }
        return known;
    }

    private Caller caller(Door door, Shown shown) throws TurnedAwayException {
        if (shown.isBroken()) {
            throw asked(door, shown, shown.taken(), "what was sent to prove who calls cannot be read");
        }
        if (shown.credentials().length == 0) {
            throw asked(door, shown, shown.taken(), null);
        }
        return switch (session.judge(shown.credentials())) {
            case Verdict.Accepted(Caller caller) -> caller;
            case Verdict.Refused refused when refused.again() != null -> throw TurnedAwayException.tooMany(refused.tell(), refused.again());
            case Verdict.Refused refused -> throw asked(door, shown, shown.taken(), refused.tell());
            case Verdict.Incomplete(Set<Kind> next) -> throw asked(door, shown, next, "this alone does not prove who calls");
        };
    }

    /**
     * The client is asked to say who it is (RFC 9110 section 15.5.2).
     *
     * @param wrong what is wrong with what it has said; null if it has said nothing
     */
    private static TurnedAwayException asked(Door door, Shown shown, Set<Kind> next, @Nullable String wrong) {
        Fields challenges = new Fields();
        String realm = " realm=\"" + door.realm() + "\"";
        if (next.contains(Kind.BEARER_TOKEN) && shown.taken().contains(Kind.BEARER_TOKEN)) {
            String error = wrong != null && shown.has(Kind.BEARER_TOKEN) ? ", error=\"invalid_token\"" : "";
            challenges.add("WWW-Authenticate", "Bearer" + realm + error);
        }
        if (next.contains(Kind.PASSWORD) && shown.taken().contains(Kind.PASSWORD)) {
            challenges.add("WWW-Authenticate", "Basic" + realm + ", charset=\"UTF-8\"");
        }
        if (door.settings().key() != null) {
            challenges.add("WWW-Authenticate", "ApiKey" + realm);
        }
        String why = wrong == null ? "who calls must be proven" : wrong;
        RefusedException refusal = wrong == null ? null : new RefusedException(Reason.NOT_ALLOWED, why);
        if (challenges.size() == 0) {
            return new TurnedAwayException(403, wrong == null ? "a client certificate is needed" : why, challenges,
                    refusal == null ? new RefusedException(Reason.NOT_ALLOWED, why) : refusal, null);
        }
        return new TurnedAwayException(401, why, challenges, refusal, null);
    }

    /** The first is the one of the session as such, in its line of the audit. */
    private void act(Caller caller) throws TurnedAwayException {
        if (acted) {
            return;
        }
        acted = true;
        try {
            session.actAs(caller);
        } catch (RefusedException e) {
            throw new TurnedAwayException(403, String.valueOf(e.getMessage()), new Fields(), e, caller);
        }
    }
}
