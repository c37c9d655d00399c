package io.relaygate.session;

import io.relaygate.access.Arrival;
import io.relaygate.access.identity.Denial;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.LoginRefused;
import io.relaygate.sdk.Session;

/** The logins of one session that were refused: all are counted, and so many are told to the audit one by one. Any thread. */
final class Logins {

    /** A client may try again and again on one connection; what it does so must not push others out of the audit. */
    static final int MOST = 20;

    /** The note in the session's audit line that says how many were left out. */
    static final String LEFT_OUT = "loginsLeftOut";

    private final Session session;
    private final Arrival arrival;
    private final AuditTrail audit;
    private final SessionMetrics metrics;
    private int refused;

    Logins(Session session, Arrival arrival, AuditTrail audit, SessionMetrics metrics) {
        this.session = session;
        this.arrival = arrival;
        this.audit = audit;
        this.metrics = metrics;
    }

    synchronized void refused(Denial denial) {
        String route = session.facts().route();
        metrics.loginRefused(arrival.entryPoint(), route, denial);
        refused++;
        if (refused > MOST) {
            session.note(LEFT_OUT, String.valueOf(refused - MOST));
            return;
        }
        audit.record(new LoginRefused(
                arrival.session(),
                arrival.entryPoint(),
                route,
                arrival.sender(),
                arrival.source(),
                denial.kinds().stream().sorted().map(Enum::name).toList(),
                denial.providers(),
                denial.claimed(),
                denial.cause(),
                denial.reason()));
    }
}
