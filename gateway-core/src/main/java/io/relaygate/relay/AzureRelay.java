package io.relaygate.relay;

import io.relaygate.azure.EntraTokens;
import io.relaygate.azure.Identities;
import io.relaygate.net.Deadlines;
import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Link;
import io.relaygate.net.RemoteClock;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.net.WebSocketLink;
import io.relaygate.observe.Counter;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.Dialer.Opened;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A namespace that is reached over the wire: Azure's, or an embedded relay of another process. Plain mode: every
 * connection is a rendezvous of its own. Any thread.
 */
public final class AzureRelay implements Relay {

    /** A listener on another continent has answered by then, unless it is gone or has very much to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    static final String AUTHORIZATION = "ServiceBusAuthorization";

    private final String name;
    private final Credentials credentials;
    private final Dialer dialer;
    private final RemoteClock clock;
    private final Threads threads;
    private final Metrics metrics;
    private final @Nullable Duration silenceLimit;
    private final Deadlines timer;
    private final Counter connects;
    private final Set<AzureListener> listeners = ConcurrentHashMap.newKeySet();
    private volatile boolean healthy = true;

    /**
     * Reads and checks the settings; dials nobody.
     *
     * @param name the namespace's name in the configuration
     * @param out how it is reached
     * @param identities where tokens of Microsoft Entra come from
     * @throws IllegalArgumentException if the settings contradict each other, or a file or secret cannot be read
     */
    public AzureRelay(
            String name, NamespaceSettings settings, WayOut out, Identities identities, Threads threads, InstantSource clock, Metrics metrics) {
        this(name, settings, out, new Credentials(settings, Credentials.LIFETIME, identities, out), threads, clock, metrics, Deadlines.shared());
    }

    /**
     * Checks settings; reads the files and secrets that they name, dials nobody.
     *
     * @throws IllegalArgumentException if they contradict each other, or a file or secret is not what it should be; the
     *     message begins with the setting, {@code caFile: ...}
     */
    public static void check(NamespaceSettings settings) {
        new Credentials(settings);
        new Dialer(settings.caFile(), WayOut.straight());
    }

    /** Which host the settings, which are checked, lead to. */
    public static String host(NamespaceSettings settings) {
        return new Credentials(settings).endpoint().host();
    }

    /** By the name of which key the settings, which are checked, prove who we are; null if that cannot be told. */
    public static @Nullable String keyName(NamespaceSettings settings) {
        return new Credentials(settings).keyName();
    }

    /** At which port of {@link #host} the namespace is. */
    public static int port(NamespaceSettings settings) {
        return new Credentials(settings).endpoint().port();
    }

    /** The only hybrid connection that the settings, which are checked, are for; null if they are for any. */
    public static @Nullable String onlyFor(NamespaceSettings settings) {
        return new Credentials(settings).onlyFor();
    }

    AzureRelay(
            String name,
            NamespaceSettings settings,
            WayOut out,
            Credentials credentials,
            Threads threads,
            InstantSource clock,
            Metrics metrics,
            Deadlines timer) {
        this.name = name;
        this.credentials = credentials;
        this.dialer = new Dialer(settings.caFile(), out);
        this.clock = new RemoteClock(clock);
        this.threads = threads;
        this.metrics = metrics;
        this.silenceLimit = settings.silenceLimit();
        this.timer = timer;
        this.connects = metrics.counter(
                "relaygate_relay_connects", "Attempts to connect as a sender.", "namespace", "result");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Link connect(
            String hybridConnection, @Nullable String service, Map<String, String> headers, Instant deadline)
            throws IOException {
        try {
            Link link = new RepeatedAsking(threads, PATIENCE)
                    .answer(
                            Refusal.place(name, hybridConnection),
                            () -> dialAsSender(hybridConnection, service, headers, deadline),
                            deadline);
            connects.increment(name, "connected");
            return link;
        } catch (RefusedException e) {
            connects.increment(name, e.reason().name());
            throw e;
        }
    }

    private Link dialAsSender(
            String hybridConnection, @Nullable String service, Map<String, String> headers, Instant deadline)
            throws RefusedException {
        String path = "/$hc/" + hybridConnection + (service == null ? "" : "/" + PercentText.encode(service));
        List<Field> fields = new ArrayList<>();
        headers.forEach((header, value) -> fields.add(new Field(header, value)));
        if (service != null) {
            fields.add(new Field(RelayHeaders.SERVICE, service));
        }
        for (boolean again = false; ; again = true) {
            boolean clockWasWrong;
            HttpHead answer;
            AtomicBoolean reached = new AtomicBoolean();
            try {
                String token = credentials.token(hybridConnection, clock.instant(), deadline);
                Opened opened = open(path, "connect", token, fields, deadline, _ -> reached.set(true));
                answer = opened.answer();
                clockWasWrong = clock.correct(answer.field("Date"));
                if (opened.granted()) {
                    healthy = true;
                    return WebSocketLink.client(opened.link());
                }
                opened.link().close();
            } catch (IOException e) {
                if (reached.get() && e instanceof SocketTimeoutException) {
                    // The relay has taken our request and waits for a listener.
                    throw new RefusedException(
                            Reason.NO_SITE, Refusal.place(name, hybridConnection) + "no listener has answered in time", e);
                }
                healthy = false;
                throw new RefusedException(Reason.NO_RELAY, "relay " + name + ": " + e.getMessage(), e);
            }
            if (again || answer.status() != 401 || !clockWasWrong) {
                throw refused(hybridConnection, answer);
            }
        }
    }

    private RefusedException refused(String hybridConnection, HttpHead answer) {
        RefusedException refusal = Refusal.of(name, hybridConnection, answer.status(), answer.reason(), credentials.isIdentity());
        healthy = refusal.reason() != Reason.NO_RELAY;
        return refusal;
    }

    @Override
    public RelayListener listen(String hybridConnection, int controlChannels, Consumer<Offer> arrivals) {
        HybridConnectionPath.require(hybridConnection);
        if (controlChannels < 1 || controlChannels > 25) {
            throw new IllegalArgumentException("a listener has 1 to 25 control channels, not " + controlChannels);
        }
        AzureListener listener = new AzureListener(this, hybridConnection, controlChannels, arrivals);
        listeners.add(listener);
        listener.start();
        return listener;
    }

    /**
     * Opens a WebSocket at the namespace.
     *
     * @param token what shows who we are, or null
     */
    Opened open(
            String path,
            String action,
            @Nullable String token,
            List<Field> fields,
            Instant deadline,
            Consumer<io.relaygate.net.TlsLink> early)
            throws IOException {
        List<Field> all = new ArrayList<>(fields);
        if (token != null) {
            all.add(new Field(AUTHORIZATION, token));
        }
        String target = path + "?sb-hc-action=" + action + "&sb-hc-id=" + UUID.randomUUID();
        ConnectionString.Endpoint endpoint = credentials.endpoint();
        return dialer.open(endpoint.host(), endpoint.port(), endpoint.authority(), target, all, deadline, early);
    }

    /** How it has gone with the tokens of its identity; null without one. */
    public EntraTokens.@Nullable Count tokens() {
        return credentials.count();
    }

    /** Whether a proxy is on the way. */
    boolean isProxied() {
        return dialer.isProxied(credentials.endpoint());
    }

    Credentials credentials() {
        return credentials;
    }

    Dialer dialer() {
        return dialer;
    }

    RemoteClock clock() {
        return clock;
    }

    Threads threads() {
        return threads;
    }

    Metrics metrics() {
        return metrics;
    }

    @Nullable Duration silenceLimit() {
        return silenceLimit;
    }

    /** Tells when tokens are to be renewed. */
    Deadlines timer() {
        return timer;
    }

    /** A listener has learned whether the namespace can be reached. */
    void reached(boolean yes) {
        healthy = yes;
    }

    void forget(AzureListener listener) {
        listeners.remove(listener);
    }

    @Override
    public boolean healthy() {
        return healthy;
    }

    @Override
    public void close() {
        listeners.forEach(AzureListener::close);
    }
}
