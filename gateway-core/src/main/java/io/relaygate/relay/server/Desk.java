package io.relaygate.relay.server;

import io.relaygate.observe.Counter;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.server.Answer.Blame;
import io.relaygate.relay.server.HybridConnections.Found;
import io.relaygate.relay.server.Requesting.Served;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Serves what comes to the relay's port, by its kind, and counts it. Any thread. */
final class Desk {

    private static final Set<String> ACTIONS = Set.of("listen", "connect", "accept", "request");

    private final HybridConnections connections;
    private final Listening listening;
    private final Connecting connecting;
    private final Rendezvous rendezvous;
    private final Requesting requesting;
    private final RuntimeInformation information;
    private final Count count;

    Desk(
            HybridConnections connections,
            Listening listening,
            Connecting connecting,
            Rendezvous rendezvous,
            Requesting requesting,
            RuntimeInformation information,
            Count count) {
        this.connections = connections;
        this.listening = listening;
        this.connecting = connecting;
        this.rendezvous = rendezvous;
        this.requesting = requesting;
        this.information = information;
        this.count = count;
    }

    /** What is counted; the same whatever the settings are. */
    record Count(Counter handshakes, Counter requests, Counter renewals) {
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
                            "status"),
                    metrics.counter(
                            "relaygate_embedded_relay_token_renewals",
                            "Tokens with which listeners of the embedded relay have renewed theirs, and whether they were taken.",
                            "result"));
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

    /**
     * Whom an answer blames, as the brake knows it: a client that fails slows down nobody who wants another hybrid connection.
     * All paths that are none count as one, of which there may be many.
     */
    String blamed(HybridRequest request, Answer answer) {
        Found found = connections.find(request.path());
        String entity = found == null ? "" : found.endpoint().path();
        return answer.blame() == Blame.LISTENER ? request.listener(entity) : request.address() + " " + entity;
    }

    /** Who sends HTTP requests, with a link on which it is noticed if the sender leaves. */
    Visitor watched(Visitor visitor) {
        return requesting.watched(visitor);
    }

    /** Serves an HTTP request, to a listener or to the relay itself; as {@link Requesting#serve}. */
    Served relay(Visitor visitor, HybridRequest request) throws IOException {
        boolean own = RuntimeInformation.wanted(request.head());
        Served served = own ? information.serve(visitor, request) : requesting.serve(visitor, request);
        switch (served) {
            case Served.Refused(Answer answer) -> count.requests.increment("relay", String.valueOf(answer.status()));
            case Served.Done(int status, _) -> count.requests.increment(own ? "relay" : "listener", String.valueOf(status));
        }
        return served;
    }
}
