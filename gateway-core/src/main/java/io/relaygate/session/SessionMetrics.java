package io.relaygate.session;

import io.relaygate.access.identity.Denial;
import io.relaygate.observe.Counter;
import io.relaygate.observe.Ending;
import io.relaygate.observe.Metrics;
import java.util.function.IntSupplier;

/** The numbers of sessions. */
final class SessionMetrics {

    private static final String NO_ROUTE = "none";
    private static final String SEVERAL = "several";

    private final Counter started;
    private final Counter ended;
    private final Counter ofSenders;
    private final Counter bytes;
    private final Counter loginsRefused;

    SessionMetrics(Metrics metrics, IntSupplier open) {
        metrics.gauge("relaygate_sessions_open", "Sessions that are open now.", open::getAsInt);
        started = metrics.counter("relaygate_sessions_started", "Sessions that have begun.", "entry_point");
        ended = metrics.counter(
                "relaygate_sessions_ended", "Sessions that have ended.", "entry_point", "route", "ending");
        ofSenders = metrics.counter(
                "relaygate_sender_sessions_ended", "Sessions of edges that have proven who they are, ended.", "sender", "ending");
        bytes = metrics.counter(
                "relaygate_session_bytes",
                "Bytes carried by sessions that have ended; up is from the client to the destination.",
                "entry_point",
                "route",
                "direction");
        loginsRefused = metrics.counter(
                "relaygate_logins_refused",
                "Credentials that proved nothing, by why.",
                "entry_point",
                "route",
                "credential",
                "cause");
    }

    void began(String entryPoint) {
        started.add(1, entryPoint);
    }

    void loginRefused(String entryPoint, String route, Denial denial) {
        String kind = denial.kinds().size() == 1 ? denial.kinds().iterator().next().name() : SEVERAL;
        loginsRefused.increment(entryPoint, route, kind, denial.cause().name());
    }

    void ended(SessionResult result, Ending ending) {
        String entryPoint = result.arrival().entryPoint();
        String route = result.facts() == null ? NO_ROUTE : result.facts().route();
        ended.add(1, entryPoint, route, ending.name());
        if (result.arrival().sender() != null) {
            ofSenders.increment(result.arrival().sender(), ending.name());
        }
        bytes.add(result.bytesUp(), entryPoint, route, "up");
        bytes.add(result.bytesDown(), entryPoint, route, "down");
    }
}
