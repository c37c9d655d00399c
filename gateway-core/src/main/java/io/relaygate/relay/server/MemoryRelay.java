package io.relaygate.relay.server;

import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.WebSocketLink;
import io.relaygate.relay.Offer;
import io.relaygate.relay.PercentText;
import io.relaygate.relay.Refusal;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.server.HybridConnections.Found;
import io.relaygate.relay.server.Waiting.Outcome;
import io.relaygate.relay.server.Waiting.Request;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The embedded relay as the gateway of its own process sees it: no socket, no TLS, no token. A listener on the wire is
 * connected to the edge directly; only where both sides are in this process a pipe joins them.
 */
final class MemoryRelay implements Relay {

    private final String name;
    private final EmbeddedRelay relay;
    private final Set<MemoryListener> listeners = ConcurrentHashMap.newKeySet();

    MemoryRelay(String name, EmbeddedRelay relay) {
        this.name = name;
        this.relay = relay;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Link connect(
            String hybridConnection, @Nullable String service, Map<String, String> headers, Instant deadline)
            throws IOException {
        Found found = relay.connections().find(hybridConnection);
        if (found == null || !found.suffix().isEmpty()) {
            throw Refusal.of(name, hybridConnection, 404, Answer.UNKNOWN_ENDPOINT.words());
        }
        Duration left = Duration.between(Instant.now(), deadline);
        Duration limit = left.compareTo(relay.rendezvousTimeout()) < 0 ? left : relay.rendezvousTimeout();
        Request request = request(found.endpoint().path(), service, headers);
        return switch (relay.switchboard().await(found.endpoint(), request, limit)) {
            case Outcome.Opened opened -> mortal(WebSocketLink.server(opened.link()), headers);
            case Outcome.Taken taken -> join(taken);
            case Outcome.Rejected(int status, String words) -> throw Refusal.of(name, hybridConnection, status, words);
            case Outcome.Given(Answer answer) ->
                throw Refusal.of(name, hybridConnection, answer.status(), answer.words());
        };
    }

    /** A carrier ends at the age at which the relay cuts it. */
    private Link mortal(Link link, Map<String, String> headers) {
        Duration age = headers.containsKey(RelayHeaders.TUNNEL) ? relay.conduct().age() : null;
        if (age != null) {
            link.whenOver(relay.timer().after(age, link::abort)::cancel);
        }
        return link;
    }

    private Link join(Outcome.Taken taken) throws RefusedException {
        PipeLink.Pair pair = PipeLink.pair();
        if (taken.connection().give(pair.a())) {
            return relay.tracked(pair.b());
        }
        pair.a().abort();
        throw new RefusedException(Reason.NO_SITE, "relay " + name + ": the listener has left");
    }

    private static Request request(String path, @Nullable String service, Map<String, String> headers) {
        UUID id = UUID.randomUUID();
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        // What a handshake on the wire would have had: official listeners fail without.
        all.put("Host", "localhost");
        all.put("Connection", "Upgrade");
        all.put("Upgrade", "websocket");
        all.put("Sec-WebSocket-Version", "13");
        all.put("Sec-WebSocket-Key", Base64.getEncoder().encodeToString(new byte[16]));
        if (service != null) {
            all.put(RelayHeaders.SERVICE, service);
        }
        String suffix = service == null ? "" : service;
        String full = suffix.isEmpty() ? path : path + "/" + PercentText.encode(suffix);
        return new Request(id + "_G0", full, suffix, "", all, "127.0.0.1", 0);
    }

    @Override
    public RelayListener listen(String hybridConnection, int controlChannels, Consumer<Offer> arrivals) {
        Found found = relay.connections().find(hybridConnection);
        if (found == null || !found.suffix().isEmpty()) {
            throw new IllegalArgumentException(
                    "the embedded relay has no hybrid connection '" + hybridConnection + "'");
        }
        MemoryListener listener =
                new MemoryListener(found.endpoint(), relay, arrivals, listeners::remove);
        listeners.add(listener);
        found.endpoint().addOwn(listener);
        return listener;
    }

    @Override
    public boolean healthy() {
        return relay.isOpen();
    }

    @Override
    public void close() {
        listeners.forEach(MemoryListener::close);
    }
}
