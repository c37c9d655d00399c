package io.relaygate.relay.server;

import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Threads;
import io.relaygate.net.WebSocket;
import io.relaygate.observe.Counter;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.relay.server.AccessRules.Verdict;
import io.relaygate.relay.server.HybridConnections.Found;
import io.relaygate.relay.server.RelaySettings.Right;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener's handshake, and its control channel after that. */
final class Listening {

    private static final int LARGEST_MESSAGE = 256 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);

    private final RelaySettings settings;
    private final Conduct conduct;
    private final HybridConnections connections;
    private final Supplier<AccessRules> rules;
    private final Predicate<String> storms;
    private final Counter renewals;
    private final Threads threads;
    private final InstantSource clock;

    /**
     * A desk for listeners.
     *
     * @param rules those in force: a renewed token is judged by the rules of its own time
     * @param storms whether the handshakes of a source keep failing
     */
    Listening(
            RelaySettings settings,
            Conduct conduct,
            HybridConnections connections,
            Supplier<AccessRules> rules,
            Predicate<String> storms,
            Counter renewals,
            Threads threads,
            InstantSource clock) {
        this.settings = settings;
        this.conduct = conduct;
        this.connections = connections;
        this.rules = rules;
        this.storms = storms;
        this.renewals = renewals;
        this.threads = threads;
        this.clock = clock;
    }

    /**
     * Serves the listener until it leaves.
     *
     * @return null if it was served, else why not
     */
    @Nullable Answer serve(Visitor visitor, HybridRequest request) throws IOException {
        Found found = connections.find(request.path());
        String entity = found == null ? null : found.endpoint().path();
        boolean exact = found != null && found.suffix().isEmpty();
        Verdict verdict = judge(request.token(), request, entity);
        if (verdict instanceof Verdict.Denied(Answer answer)) {
            return answer;
        }
        if (found == null || !exact) {
            return Answer.UNKNOWN_ENDPOINT;
        }
        Endpoint endpoint = found.endpoint();
        WireListener listener = new WireListener(
                endpoint,
                request,
                conduct,
                settings.tokenGrace(),
                clock,
                ((Verdict.Granted) verdict).until(),
                token -> renewed(judge(token, request, entity)));
        if (!endpoint.add(listener, storms)) {
            return Answer.quota(settings.maxListeners());
        }
        try {
            Field cadence = new Field(RelayHeaders.CADENCE, Long.toString(conduct.cadence().toMillis()));
            visitor.grant(request.head(), request.firstProtocol(), conduct.announcesCadence() ? List.of(cadence) : List.of());
        } catch (IOException e) {
            endpoint.remove(listener);
            throw e;
        }
        LOG.atInfo()
                .addKeyValue("hybridConnection", endpoint.path())
                .addKeyValue("listener", listener.id())
                .addKeyValue("source", request.address())
                .log("listener joined");
        listener.run(WebSocket.server(visitor.link(), LARGEST_MESSAGE), threads);
        return null;
    }

    private Verdict renewed(Verdict verdict) {
        renewals.increment(verdict instanceof Verdict.Granted ? "taken" : "refused");
        return verdict;
    }

    private Verdict judge(@Nullable String token, HybridRequest request, @Nullable String entity) {
        return rules.get().judge(token, request.path(), entity, Right.LISTEN, clock.instant());
    }
}
