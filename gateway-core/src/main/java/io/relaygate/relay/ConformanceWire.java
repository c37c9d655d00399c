package io.relaygate.relay;

import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.TlsLink;
import io.relaygate.relay.Conformance.Unanswerable;
import io.relaygate.relay.ConnectionString.Endpoint;
import io.relaygate.relay.Dialer.Opened;
import io.relaygate.net.WayOut;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One hybrid connection, and what opens WebSockets there with whatever token and fields a question needs. Any thread. */
final class ConformanceWire {

    /** Marks our senders, so that a listener of ours knows them. */
    static final String NONCE = "RelayGate-Probe";

    private static final Duration TOKEN_LIFE = Duration.ofMinutes(15);

    private final @Nullable Secret connectionString;
    private final Credentials credentials;
    private final Dialer dialer;
    private final String path;
    private final InstantSource clock;
    private final String nonce = UUID.randomUUID().toString();

    ConformanceWire(NamespaceSettings settings, String path, WayOut out, InstantSource clock) {
        this.connectionString = settings.connectionString();
        this.credentials = new Credentials(settings);
        this.dialer = new Dialer(settings.caFile(), out);
        this.path = path;
        this.clock = clock;
    }

    Endpoint endpoint() {
        return credentials.endpoint();
    }

    String path() {
        return path;
    }

    String nonce() {
        return nonce;
    }

    /** Our own token. */
    @Nullable String token() throws IOException {
        return credentials.token(path, clock.instant(), clock.instant().plusSeconds(10));
    }

    /**
     * A token that is signed with our key as a question wants it.
     *
     * @param resource what it is for, as a path; empty for the namespace
     * @param wrongly whether the key is changed first
     * @param life how long it is good, or by how much it has expired
     * @throws Unanswerable if we have no key
     */
    String minted(String resource, boolean wrongly, Duration life) throws IOException {
        Secret secret = connectionString;
        if (secret == null) {
            throw new Unanswerable("it needs a connection string with a key");
        }
        String of = SasToken.resource(endpoint().host(), resource);
        Optional<String> token = SharedKey.with(secret, text -> {
            try (ConnectionString parsed = ConnectionString.parse(text)) {
                char[] key = parsed.key();
                String name = parsed.keyName();
                if (key == null || name == null) {
                    return Optional.empty();
                }
                if (wrongly) {
                    key[0] = key[0] == 'A' ? 'B' : 'A';
                }
                return Optional.of(SasToken.mint(of, name, key, clock.instant().plus(life)).text());
            }
        });
        return token.orElseThrow(() -> new Unanswerable("it needs a connection string with a key"));
    }

    String minted(String resource) throws IOException {
        return minted(resource, false, TOKEN_LIFE);
    }

    /** Opens a WebSocket as our own listener or sender. */
    Opened open(String suffix, String query, String action, List<Field> fields) throws IOException {
        return open(suffix, query, action, token(), fields);
    }

    /**
     * Opens a WebSocket.
     *
     * @param suffix what follows the path, with a leading slash, or empty
     * @param query what comes first in the query, with a trailing {@code &}, or empty
     */
    Opened open(String suffix, String query, String action, @Nullable String token, List<Field> fields) throws IOException {
        return at("/$hc/" + path + suffix + "?" + query + "sb-hc-action=" + action + "&sb-hc-id=" + UUID.randomUUID(), token, fields);
    }

    /** Opens a WebSocket at any path. */
    Opened at(String target, @Nullable String token, List<Field> fields) throws IOException {
        List<Field> all = new ArrayList<>(fields);
        all.add(new Field(NONCE, nonce));
        if (token != null) {
            all.add(new Field(AzureRelay.AUTHORIZATION, token));
        }
        Endpoint to = endpoint();
        return dialer.open(to.host(), to.port(), to.authority(), target, all, soon(), _ -> {});
    }

    /** Sends an HTTP request without a body, as a sender with a token; reads the head of the answer. */
    Opened get(String target, List<Field> fields) throws IOException {
        Endpoint to = endpoint();
        TlsLink link = dialer.connect(to.host(), to.port(), soon());
        try {
            link.deadline(soon());
            StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: " + to.authority() + "\r\n");
            request.append(AzureRelay.AUTHORIZATION).append(": ").append(token()).append("\r\n").append(NONCE).append(": ").append(nonce).append("\r\n");
            fields.forEach(field -> request.append(field.name()).append(": ").append(field.value()).append("\r\n"));
            byte[] bytes = request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
            link.write(bytes, 0, bytes.length);
            return new Opened(link, HttpHead.readResponse(link, HttpHead.DEFAULT_LIMIT));
        } catch (IOException e) {
            link.abort();
            throw e;
        }
    }

    /** Opens the rendezvous of a sender. */
    Opened rendezvous(String address, String more, List<Field> fields) throws IOException {
        return dialer.rendezvous(address, more, fields, soon());
    }

    /** Refuses a sender that is not ours, in words by which it tries again. */
    void turnAway(String address) throws IOException {
        dialer.rendezvous(address, "&sb-hc-statusCode=503&sb-hc-statusDescription=" + PercentText.encode("a probe listens for a moment; try again"),
                List.of(), soon()).link().abort();
    }

    static Instant soon() {
        return Instant.now().plus(Conformance.PATIENCE);
    }

    /** Notes an answer as it came. */
    static void note(Map<String, String> seen, String who, HttpHead answer) {
        seen.put(who + "status", Integer.toString(answer.status()));
        seen.put(who + "phrase", answer.reason());
        seen.put(who + "headers", answer.fields().stream().map(Field::name).collect(Collectors.joining(", ")));
    }
}
