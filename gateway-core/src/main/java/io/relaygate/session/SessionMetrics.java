package io.relaygate.session;

import io.relaygate.observe.Counter;
import io.relaygate.observe.Ending;
import io.relaygate.observe.Metrics;
import java.util.function.IntSupplier;

/** The numbers of sessions. */
final class SessionMetrics {

    private static final String NO_ROUTE = "none";

    private final Counter started;
    private final Counter ended;
    private final Counter bytes;

    SessionMetrics(Metrics metrics, IntSupplier open) {
        metrics.gauge("relaygate_sessions_open", "Sessions that are open now.", open::getAsInt);
        started = metrics.counter("relaygate_sessions_started", "Sessions that have begun.", "entry_point");
        ended = metrics.counter(
                "relaygate_sessions_ended", "Sessions that have ended.", "entry_point", "route", "ending");
        bytes = metrics.counter(
                "relaygate_session_bytes",
                "Bytes carried by sessions that have ended; up is from the client to the destination.",
                "entry_point",
                "route",
                "direction");
    }

    void began(String entryPoint) {
        started.add(1, entryPoint);
    }

    void ended(LiveSession.Result result, Ending ending) {
        String entryPoint = result.arrival().entryPoint();
        String route = result.facts() == null ? NO_ROUTE : result.facts().route();
        ended.add(1, entryPoint, route, ending.name());
        bytes.add(result.bytesUp(), entryPoint, route, "up");
        bytes.add(result.bytesDown(), entryPoint, route, "down");
    }
}
