package io.relaygate.relay;

import io.relaygate.azure.Identities;
import io.relaygate.net.Authorities;
import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Link;
import io.relaygate.net.RemoteClock;
import io.relaygate.net.SeenChain;
import io.relaygate.net.SocketLink;
import io.relaygate.net.TlsLink;
import io.relaygate.net.WayOut;
import io.relaygate.relay.Dialer.Opened;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a namespace what it thinks of us, and leaves at once. Any thread.
 *
 * <p>A question as a sender bears the headers of a carrier for a run of a site that never was, which a gateway in either mode
 * refuses before it has done anything; so it reaches listeners that are gateways, and none of their sessions.
 */
public final class RelayProbe {

    /** The relay then looks for a listener of this id, which nobody has, and asks none (live tests of the .NET SDK). */
    private static final String ALLOWED = "Microsoft-Relay-AllowedListeners";

    /** No run of a process has this. */
    private static final String NO_BOOT = "0".repeat(32);

    private final Credentials credentials;
    private final Dialer dialer;
    private final @Nullable Path caFile;
    private final WayOut out;
    private final RemoteClock clock;
    private volatile boolean dated;

    /**
     * Dials nobody yet.
     *
     * @param out how the namespace is reached
     * @param identities where tokens of Microsoft Entra come from; null if none will be asked for
     * @throws IllegalArgumentException as {@link AzureRelay#check} does
     */
    public RelayProbe(NamespaceSettings settings, WayOut out, @Nullable Identities identities, InstantSource clock) {
        this.credentials = new Credentials(settings, Credentials.LIFETIME, identities, out);
        this.caFile = settings.caFile();
        this.out = out;
        this.dialer = new Dialer(caFile, out);
        this.clock = new RemoteClock(clock);
    }

    /**
     * How a TLS handshake went.
     *
     * @param chain what the server has shown, its own certificate first
     * @param failure null if it was trusted
     */
    public record Handshake(List<X509Certificate> chain, @Nullable SSLException failure) {}

    /** What an answer means. */
    public enum Meaning {
        /** The WebSocket was opened; it is closed again. */
        GRANTED,
        /** A gateway has refused in its own words: it listens. */
        SITE,
        /** The credential is good, and nobody listens. */
        NO_LISTENER,
        /** The credential is good, somebody listens, and was not asked. */
        LISTENED,
        /** The hybrid connection takes no more listeners: the credential lets us listen. */
        FULL,
        /** There is no such hybrid connection. */
        UNKNOWN,
        /** The key is known and has not this right. */
        NO_RIGHT,
        /** The credential is not taken. */
        REFUSED,
        /** The relay, or whoever listens, cannot serve us now. */
        FAILED
    }

    /**
     * What the relay has said.
     *
     * @param status the HTTP status
     * @param words its reason phrase
     * @param advice what can be done about a refused credential; empty for the rest
     */
    public record Said(Meaning meaning, int status, String words, String advice) {

        static Said of(HttpHead answer, boolean identity) {
            String words = answer.reason();
            Meaning meaning = meaning(answer.status(), words);
            boolean credential = meaning == Meaning.REFUSED || meaning == Meaning.NO_RIGHT;
            return new Said(meaning, answer.status(), words, credential ? Refusal.advice(words, identity) : "");
        }

        private static Meaning meaning(int status, String words) {
            String lower = words.toLowerCase(Locale.ROOT);
            if (status == 101) {
                return Meaning.GRANTED;
            }
            if (words.contains(Refusal.MARK)) {
                return Meaning.SITE;
            }
            if (lower.contains("maximumlisteners") || lower.contains("quotaexceeded")) {
                return Meaning.FULL;
            }
            return switch (status) {
                case 401, 403 -> lower.contains("claim") || lower.contains("unauthorized access") ? Meaning.NO_RIGHT : Meaning.REFUSED;
                case 404 -> missing(lower);
                default -> Meaning.FAILED;
            };
        }

        private static Meaning missing(String lower) {
            if (lower.contains("does not exist")) {
                return Meaning.UNKNOWN;
            }
            if (lower.contains("allowedlisteners")) {
                return Meaning.LISTENED;
            }
            return lower.contains("no listeners") ? Meaning.NO_LISTENER : Meaning.FAILED;
        }

        /** Without the tracking id, for people. */
        @Override
        public String toString() {
            int tracking = words.indexOf("TrackingId:");
            String kept = tracking < 0 ? words : words.substring(0, tracking);
            return status + " " + kept.strip().replaceAll("[^ -~]", "?");
        }
    }

    /** Whether we are an identity of Microsoft Entra, and not the holder of a key. */
    public boolean isIdentity() {
        return credentials.isIdentity();
    }

    /**
     * Makes sure that Microsoft Entra gives the identity a token.
     *
     * @throws IOException if it does not; the message says why
     */
    public void identify(Instant deadline) throws IOException {
        credentials.token("any", clock.instant(), deadline);
    }

    /** The namespace's host. */
    public String host() {
        return credentials.endpoint().host();
    }

    /** Its port. */
    public int port() {
        return credentials.endpoint().port();
    }

    /**
     * Connects to one of the host's addresses, shakes hands, and leaves.
     *
     * @throws IOException if the address cannot be reached, or ends the connection
     */
    public Handshake reach(InetAddress address, Instant deadline) throws IOException {
        return shake(SocketLink.connect(new InetSocketAddress(address, port()), deadline), null, deadline);
    }

    /** Whether the host is reached through the proxy, which looks its name up. */
    public boolean isProxied() {
        return out.isProxied(new HostPort(host(), port()));
    }

    /**
     * Connects to the host through the proxy, shakes hands, and leaves.
     *
     * @throws IOException if the proxy cannot be reached, or does not connect to the host
     */
    public Handshake reachProxied(Instant deadline) throws IOException {
        return out.connect(new HostPort(host(), port()), deadline, _ -> {}, (link, _, share) -> shake(link, out.caFile(), share));
    }

    private Handshake shake(Link under, @Nullable Path more, Instant deadline) throws IOException {
        SeenChain seen = new SeenChain(Authorities.read(caFile, more));
        try {
            TlsLink.client(under, seen.context(), host(), port(), deadline).close();
            return new Handshake(seen.certificates(), null);
        } catch (SSLException e) {
            return new Handshake(seen.certificates(), e);
        }
    }

    /**
     * Asks for a rendezvous, and leaves whoever grants it.
     *
     * @param reachesListeners whether a listener is asked; without it, the relay is to say whether there is one
     * @param showsCredential without it, only a hybrid connection that takes senders without a token is polite
     */
    public Said send(String hybridConnection, boolean reachesListeners, boolean showsCredential, Instant deadline) throws IOException {
        List<Field> fields = new ArrayList<>(List.of(new Field(RelayHeaders.TUNNEL, "1-1"), new Field(RelayHeaders.BOOT, NO_BOOT)));
        if (!reachesListeners) {
            fields.add(new Field(ALLOWED, UUID.randomUUID().toString()));
        }
        return ask("connect", hybridConnection, fields, showsCredential, deadline);
    }

    /** Listens, and stops at once: a sender that comes in between finds nobody. */
    public Said listen(String hybridConnection, Instant deadline) throws IOException {
        return ask("listen", hybridConnection, List.of(), true, deadline);
    }

    /** How far the relay's clock is ahead of ours, if it has told the time. */
    public @Nullable Duration ahead() {
        return dated ? clock.ahead() : null;
    }

    private Said ask(String action, String hybridConnection, List<Field> fields, boolean credential, Instant deadline) throws IOException {
        for (boolean again = false; ; again = true) {
            List<Field> all = new ArrayList<>(fields);
            String token = credential ? credentials.token(hybridConnection, clock.instant(), deadline) : null;
            if (token != null) {
                all.add(new Field(AzureRelay.AUTHORIZATION, token));
            }
            String target = "/$hc/" + hybridConnection + "?sb-hc-action=" + action + "&sb-hc-id=" + UUID.randomUUID();
            ConnectionString.Endpoint endpoint = credentials.endpoint();
            Opened opened = dialer.open(endpoint.host(), endpoint.port(), endpoint.authority(), target, all, deadline, _ -> {});
            // Not closed politely: a relay that waits for the answer to a close goes on offering us senders.
            opened.link().abort();
            HttpHead answer = opened.answer();
            if (answer.field("Date") != null) {
                dated = true;
            }
            boolean clockWasWrong = clock.correct(answer.field("Date"));
            if (again || answer.status() != 401 || !clockWasWrong) {
                return Said.of(answer, isIdentity());
            }
        }
    }
}
