package io.relaygate.relay.server;

import io.relaygate.observe.Counter;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.server.Requesting.Served;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Serves what comes to the relay's port, by its kind, and counts it. Any thread. */
final class Desk {

    private static final Set<String> ACTIONS = Set.of("listen", "connect", "accept", "request");

    private final Listening listening;
    private final Connecting connecting;
    private final Rendezvous rendezvous;
    private final Requesting requesting;
    private final Count count;

    Desk(Listening listening, Connecting connecting, Rendezvous rendezvous, Requesting requesting, Count count) {
        this.listening = listening;
        this.connecting = connecting;
        this.rendezvous = rendezvous;
        this.requesting = requesting;
        this.count = count;
    }

    /** What is counted; the same whatever the settings are. */
    record Count(Counter handshakes, Counter requests) {
        static Count in(Metrics metrics) {
            return new Count(
                    metrics.counter(
                            "relaygate_embedded_relay_handshakes",
                            "Handshakes of the embedded relay by action and status.",
                            "action",
                            "status"),
                    metrics.counter(
                            "relaygate_embedded_relay_requests",
                            "HTTP requests through the embedded relay by status, and whether a listener or the relay gave it.",
                            "from",
                            "status"));
        }
    }

    /**
     * Serves a handshake to the end of its connection.
     *
     * @return null if it was served, else why not
     */
    @Nullable Answer serve(Visitor visitor, HybridRequest handshake) throws IOException {
        String action = handshake.action();
        Answer answer = switch (action) {
            case "listen" -> listening.serve(visitor, handshake);
            case "connect" -> connecting.serve(visitor, handshake);
            case "accept" -> rendezvous.serve(visitor, handshake);
            case "request" -> rendezvous.serveRequest(visitor, handshake);
            default -> Answer.refused(400, "The action is unknown.");
        };
        count.handshakes.increment(ACTIONS.contains(action) ? action : "other", answer == null ? "served" : String.valueOf(answer.status()));
        return answer;
    }

    /** Serves an HTTP request; as {@link Requesting#serve}. */
    Served relay(Visitor visitor, HybridRequest request) throws IOException {
        Served served = requesting.serve(visitor, request);
        switch (served) {
            case Served.Refused(Answer answer) -> count.requests.increment("relay", String.valueOf(answer.status()));
            case Served.Done(int status, _) -> count.requests.increment("listener", String.valueOf(status));
        }
        return served;
    }
}
