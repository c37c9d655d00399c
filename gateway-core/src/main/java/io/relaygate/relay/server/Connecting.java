package io.relaygate.relay.server;

import io.relaygate.net.Deadlines;
import io.relaygate.net.Threads;
import io.relaygate.net.WebSocketLink;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.relay.server.AccessRules.Verdict;
import io.relaygate.relay.server.HybridConnections.Found;
import io.relaygate.relay.server.RelaySettings.Right;
import io.relaygate.relay.server.Waiting.Outcome;
import io.relaygate.relay.server.Waiting.Request;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A sender's handshake, which is answered once a listener has accepted, and its frames after that. */
final class Connecting {

    private final HybridConnections connections;
    private final AccessRules rules;
    private final Switchboard switchboard;
    private final Pairs pairs;
    private final Duration limit;
    private final Conduct conduct;
    private final Deadlines timer;
    private final Threads threads;
    private final InstantSource clock;

    /**
     * A desk for senders.
     *
     * @param limit how long one waits for a listener
     * @param timer ends carriers at their age
     */
    Connecting(
            HybridConnections connections,
            AccessRules rules,
            Switchboard switchboard,
            Pairs pairs,
            Duration limit,
            Conduct conduct,
            Deadlines timer,
            Threads threads,
            InstantSource clock) {
        this.connections = connections;
        this.rules = rules;
        this.switchboard = switchboard;
        this.pairs = pairs;
        this.limit = limit;
        this.conduct = conduct;
        this.timer = timer;
        this.threads = threads;
        this.clock = clock;
    }

    /**
     * Serves the sender until its connection ends or is handed to a gateway of this process.
     *
     * @return null if it was served, else why not
     */
    @Nullable Answer serve(Visitor visitor, HybridRequest request) throws IOException {
        Found found = connections.find(request.path());
        String entity = found == null ? null : found.endpoint().path();
        if (found == null || found.endpoint().authorizesClients()) {
            Verdict verdict = rules.judge(request.token(), request.path(), entity, Right.SEND, clock.instant());
            if (verdict instanceof Verdict.Denied(Answer answer)) {
                return answer;
            }
        }
        if (found == null) {
            return Answer.UNKNOWN_ENDPOINT;
        }
        if (pairs.draining()) {
            return Answer.CLOSING;
        }
        String guid = request.guid();
        Request wanted = new Request(
                (guid == null ? UUID.randomUUID().toString() : guid) + "_G0",
                request.rawPath(),
                found.suffix(),
                request.query(),
                request.headers(),
                request.address(),
                request.port());
        return switch (switchboard.await(found.endpoint(), wanted, limit)) {
            case Outcome.Given(Answer answer) -> answer;
            case Outcome.Rejected(int status, String words) -> {
                visitor.refuse(status, words);
                yield null;
            }
            case Outcome.Taken taken -> {
                visitor.grant(request.head(), request.firstProtocol(), List.of());
                if (!taken.connection().give(WebSocketLink.server(visitor.link()))) {
                    visitor.link().abort();
                }
                yield null;
            }
            case Outcome.Opened opened -> {
                forward(visitor, request, wanted, opened);
                yield null;
            }
        };
    }

    private void forward(Visitor visitor, HybridRequest request, Request wanted, Outcome.Opened opened)
            throws IOException {
        try {
            visitor.grant(request.head(), opened.protocol(), List.of());
        } catch (IOException | RuntimeException e) {
            opened.link().abort();
            throw e;
        }
        Forwarding frames = new Forwarding(visitor.link(), opened.link(), conduct);
        if (!pairs.add(frames, wanted)) {
            frames.abort();
            return;
        }
        @Nullable Duration age = wanted.headers().containsKey(RelayHeaders.TUNNEL) ? conduct.age() : null;
        Deadlines.@Nullable Timer cut = age == null ? null : timer.after(age, frames::abort);
        try {
            Thread back = threads.start("relay-forward-back", frames::fromListener);
            frames.fromSender();
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            frames.abort();
        } finally {
            if (cut != null) {
                cut.cancel();
            }
            pairs.remove(frames);
        }
    }
}
