package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.azure.Identities;
import io.relaygate.net.Buffers;
import io.relaygate.net.SocketLink;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.AzureRelay;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.NamespaceSettings.Credential;
import io.relaygate.relay.Relay;
import io.relaygate.relay.TestSecret;
import io.relaygate.relay.server.RelaySettings.Cuts;
import io.relaygate.relay.server.RelaySettings.HybridConnection;
import io.relaygate.relay.server.RelaySettings.Profile;
import io.relaygate.relay.server.RelaySettings.Right;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An embedded relay on loopback with a few keys and hybrid connections, and clients of it. */
@SuppressWarnings("try")
final class RelayFixture implements AutoCloseable {

    static final String ROOT_KEY = "root-key-root-key-root-key-root-key=";
    static final String SEND_KEY = "send+key/send+key==";
    static final String LISTEN_KEY = "listen-key";
    static final String SECOND_KEY = "second-key";

    final Threads threads = new Threads(8);
    final Metrics metrics = new Metrics();
    final MovableClock clock = new MovableClock();
    final Path stateDir;
    private final List<AutoCloseable> clients = new CopyOnWriteArrayList<>();
    EmbeddedRelay relay;

    RelayFixture(Path stateDir) throws IOException {
        this(stateDir, settings("127.0.0.1", 0));
    }

    RelayFixture(Path stateDir, RelaySettings settings) throws IOException {
        this.stateDir = stateDir;
        this.relay = new EmbeddedRelay(settings, stateDir, threads, clock, metrics);
        relay.start();
    }

    /** A clock that is ahead of the system's by what the test says. */
    static final class MovableClock implements InstantSource {
        volatile Duration ahead = Duration.ZERO;
        private volatile @Nullable Instant stopped;

        @Override
        public Instant instant() {
            Instant now = stopped;
            return (now == null ? Instant.now() : now).plus(ahead);
        }

        /** From now on it goes only by what it is ahead. */
        void stop() {
            stopped = Instant.now();
        }
    }

    static RelaySettings settings(String host, int port) {
        return settings(host, port, Duration.ofSeconds(2), Duration.ofSeconds(20), 25);
    }

    static RelaySettings settings(String host, int port, Duration cadence, Duration rendezvous, int maxListeners) {
        Map<String, RelaySettings.Key> own = Map.of(
                "send", key(SEND_KEY, null, Right.SEND),
                "listen", key(LISTEN_KEY, SECOND_KEY, Right.LISTEN));
        return new RelaySettings(
                new HostPort(host, port),
                List.of("relay.contoso.com"),
                null,
                Map.of("root", key(ROOT_KEY, null, Right.MANAGE)),
                Map.of(
                        "site-oslo", new HybridConnection(own, true, null),
                        "other", new HybridConnection(Map.of(), true, null),
                        "open", new HybridConnection(Map.of(), false, null),
                        "nested/path", new HybridConnection(Map.of(), true, null)),
                Duration.ofMinutes(5),
                cadence,
                rendezvous,
                Duration.ofSeconds(10),
                64,
                100,
                maxListeners,
                Profile.AZURE,
                null);
    }

    /** With other hybrid connections, and another key for all of them. */
    static RelaySettings with(Map<String, HybridConnection> hybridConnections, String rootKey) {
        RelaySettings usual = settings("127.0.0.1", 0);
        return changed(
                usual, Map.of("root", key(rootKey, null, Right.MANAGE)), hybridConnections, usual.handshakeTimeout());
    }

    /** With little patience for slow handshakes. */
    static RelaySettings impatient() {
        RelaySettings usual = settings("127.0.0.1", 0);
        return changed(usual, usual.keys(), usual.hybridConnections(), Duration.ofSeconds(2));
    }

    /** A relay that behaves as badly as Azure might. */
    static RelaySettings pessimistic(Duration rendezvous, @Nullable Cuts cuts) {
        RelaySettings usual = settings("127.0.0.1", 0);
        return new RelaySettings(
                usual.listen(),
                usual.hosts(),
                null,
                usual.keys(),
                usual.hybridConnections(),
                usual.tokenGrace(),
                usual.cadence(),
                rendezvous,
                usual.handshakeTimeout(),
                usual.maxHandshakes(),
                usual.maxWaitingSenders(),
                usual.maxListeners(),
                Profile.PESSIMISTIC,
                cuts);
    }

    private static RelaySettings changed(
            RelaySettings usual,
            Map<String, RelaySettings.Key> keys,
            Map<String, HybridConnection> hybridConnections,
            Duration handshakeTimeout) {
        return new RelaySettings(
                usual.listen(),
                usual.hosts(),
                null,
                keys,
                hybridConnections,
                usual.tokenGrace(),
                usual.cadence(),
                usual.rendezvousTimeout(),
                handshakeTimeout,
                usual.maxHandshakes(),
                usual.maxWaitingSenders(),
                usual.maxListeners(),
                usual.profile(),
                usual.cuts());
    }

    static RelaySettings.Key key(String primary, @Nullable String secondary, Right right) {
        return new RelaySettings.Key(
                List.of(right), new TestSecret(primary), secondary == null ? null : new TestSecret(secondary));
    }

    /** Ends the relay and starts another on the same port. */
    void restart() throws IOException {
        HostPort address = relay.address();
        relay.close();
        relay = new EmbeddedRelay(settings(address.host(), address.port()), stateDir, threads, clock, metrics);
        // The port is free, but a connection of some other program may have it for a moment as its own end.
        await().ignoreExceptionsInstanceOf(BindException.class).untilAsserted(relay::start);
    }

    NamespaceSettings namespace(String keyName, String key) {
        return new NamespaceSettings(
                "sb://localhost:" + relay.address().port() + "/",
                null,
                new Credential(keyName, new TestSecret(key), null),
                relay.caFile(),
                null);
    }

    Relay client() {
        return client("root", ROOT_KEY);
    }

    Relay client(String keyName, String key) {
        return client(namespace(keyName, key));
    }

    Relay client(NamespaceSettings settings) {
        Relay client = new AzureRelay("own", settings, WayOut.straight(), identities(), threads, InstantSource.system(), metrics);
        clients.add(client);
        return client;
    }

    /** Without any of an environment. */
    Identities identities() {
        return new Identities(Map.of(), stateDir);
    }

    <T extends AutoCloseable> T closing(T thing) {
        clients.add(thing);
        return thing;
    }

    /** Closes what the test has opened so far. */
    void abortAll() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        clients.clear();
    }

    static Instant soon() {
        return Instant.now().plusSeconds(10);
    }

    /** Closes everything and checks that nothing is left. */
    @Override
    public void close() throws Exception {
        abortAll();
        relay.close();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(threads.alive()).as("threads").isZero();
            assertThat(SocketLink.open()).as("sockets").isZero();
            assertThat(Buffers.outstanding()).as("buffers").isZero();
        });
        threads.close();
    }
}
