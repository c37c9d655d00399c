package io.relaygate.plugins.http;

import io.relaygate.plugins.http.callers.Door;
import io.relaygate.plugins.http.callers.Logins;
import io.relaygate.plugins.http.rules.Condition;
import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.rules.Origin;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.sdk.Tls;
import io.relaygate.sdk.TlsConnection;
import io.relaygate.sdk.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Serves the connections of one route: ends their TLS if that is wanted, and hands them to a {@link Conversation}. */
final class HttpHandler implements ProtocolHandler {

    private static final byte[] PREFACE = {'P', 'R', 'I', ' '};

    private final HttpSettings settings;
    private final Tls tls;
    private final InstantSource clock;
    private final Scope scope;
    private final Hosts hosts;
    private final String name;
    private final Buffers buffers = new Buffers();
    private final Watches watches;
    private final AccessLog log;
    private final boolean asksForCertificates;
    private final boolean judges;

    HttpHandler(HttpSettings settings, RouteContext context) {
        this.settings = settings;
        this.tls = context.tls();
        this.clock = context.clock();
        if (settings.callers() != null && settings.callers().open()) {
            throw new IllegalArgumentException("`callers: { open: true }` is for some hosts or paths; a route that asks nobody names no `identityProviders`");
        }
        Door door = Door.of(context.route(), context.namesIdentityProviders(), clock)
                .with(settings.callers(), settings.perSource(), settings.perCaller());
        this.scope = Scope.of(settings, door);
        this.hosts = new Hosts(settings, scope);
        this.asksForCertificates = settings.conditions().anyMatch(Condition::asksForCertificate);
        this.name = settings.name() == null ? ownName() : settings.name();
        if (!Chars.isToken(name)) {
            throw new IllegalArgumentException("expected a `name` of letters, digits and `-`, found '" + name + "'");
        }
        this.judges = context.namesIdentityProviders();
        this.watches = new Watches(context);
        this.log = new AccessLog(settings.log(), door.secrets(), context.metrics(), clock);
    }

    private static String ownName() {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        return "relaygate-" + HexFormat.of().formatHex(random);
    }

    @Override
    public void handle(Session session) throws IOException {
        Connection client = session.client();
        // Where TLS has ended before, at the entry point or at a relay that hands a single request over, none is left to end.
        boolean secured = !settings.certificates().isEmpty() && session.facts().tls() == null;
        Credential.ClientCertificate certificate = null;
        if (secured) {
            TlsConnection inside = tls.accept(client, new ServerCertificates(settings.certificates(), clients(session)));
            certificate = inside.clientCertificate();
            client = inside;
        }
        Logins logins = new Logins(session, certificate);
        Origin peer = peer(session, client, certificate);
        Watch watch = new Watch(client, clock);
        try (Watches.Looking _ = watches.look(watch::look)) {
            if (speaksHttp2(session, client, watch)) {
                new Http2Conversation(this, session, logins, client, peer).run();
            } else {
                new Conversation(this, session, logins, client, watch, peer).run();
            }
        }
        // The end of TLS must be said.
        client.close();
    }

    /** What is known of who has the connection. A certificate that nobody vouches for is as good as none. */
    private Origin peer(Session session, Connection client, Credential.@Nullable ClientCertificate shown) {
        SessionFacts.Tls ended = session.facts().tls();
        boolean here = client instanceof TlsConnection;
        X509Certificate certificate = here || ended == null ? null : ended.certificate();
        if (asksForCertificates && shown != null && session.judge(shown) instanceof Verdict.Accepted) {
            certificate = shown.chain().getFirst();
        }
        return Origin.of(
                session.facts().source(),
                here || ended != null,
                client instanceof TlsConnection inside ? inside.serverName() : ended == null ? null : ended.serverName(),
                certificate == null ? List.of() : CertificateNames.of(certificate));
    }

    /** What TLS has agreed on; in clear, whether the client begins as only HTTP/2 does (RFC 9113 section 3.3). */
    private boolean speaksHttp2(Session session, Connection client, Watch watch) throws IOException {
        String agreed = client instanceof TlsConnection tls ? tls.applicationProtocol() : agreedBefore(session.facts().tls());
        if (agreed != null) {
            return agreed.equals(HttpProtocol.HTTP_2);
        }
        client.deadline(null);
        watch.begin(settings.timeouts().idle(), new byte[0]);
        try {
            return beginsAsHttp2(client);
        } catch (IOException e) {
            if (watch.end()) {
                // It has said nothing for too long, as a client may between requests.
                return false;
            }
            throw e;
        } finally {
            watch.end();
        }
    }

    private static @Nullable String agreedBefore(SessionFacts.@Nullable Tls ended) {
        return ended == null ? null : ended.applicationProtocol();
    }

    private static boolean beginsAsHttp2(Connection client) throws IOException {
        for (int i = 0; i < PREFACE.length; i++) {
            // No more than is needed to tell: the rest may be long in coming.
            ByteBuffer first = client.peek(i + 1);
            if (first.remaining() <= i || first.get(first.position() + i) != PREFACE[i]) {
                return false;
            }
        }
        return true;
    }

    Watches watches() {
        return watches;
    }

    /** Clients are asked for a certificate where somebody could judge it; that they need one they are told in HTTP. */
    private ServerCertificates.Clients clients(Session session) {
        boolean wanted = judges && Logins.judged(session).contains(Credential.Kind.CLIENT_CERTIFICATE);
        return wanted ? ServerCertificates.Clients.WANTED : ServerCertificates.Clients.NONE;
    }

    /**
     * What becomes of a request.
     *
     * @throws FailedException if it is served nowhere, or nobody could say where
     */
    Target target(Known known) throws FailedException {
        Authority host = known.head().authority();
        String asked = host == null ? "" : host.host();
        DestinationName own = known.session().to();
        try {
            Target found = hosts.find(asked, known);
            if (found == null && own != null) {
                return Target.of(own, settings, scope);
            }
            if (found != null) {
                return found;
            }
        } catch (MalformedException e) {
            throw FailedException.of(e);
        }
        // RFC 9110 section 15.5.20: another host's request that came over this one's TLS.
        int status = known.https() && hosts.scope(asked) == null ? 421 : 404;
        throw new FailedException(status, "destination_not_found", "nothing is served here by this name",
                new RefusedException(Reason.NOT_FOUND, "no destination for the host '" + asked + "'"));
    }

    @Override
    public Explained explain(SessionFacts facts, List<String> asked) throws RefusedException {
        return new Preview(this, facts).of(asked);
    }

    @Override
    public List<String> openPlaces() {
        return hosts.open();
    }

    @Override
    public List<String> notes() {
        return hosts.notes();
    }

    HttpSettings settings() {
        return settings;
    }

    InstantSource clock() {
        return clock;
    }

    /** What the gateway calls itself. */
    String name() {
        return name;
    }

    /** What counts where a request goes, as far as its host or the server name of its TLS tells. */
    Scope scope(Known known) {
        Authority said = known.head().authority();
        String host = said == null ? known.origin().serverName() : said.host();
        Scope found = host == null ? null : hosts.scope(host);
        return found == null ? scope : found;
    }

    /**
     * The way that a request has come.
     *
     * @throws FailedException if that cannot be told
     */
    Hops hops(Origin peer, Fields fields) throws FailedException {
        try {
            return Hops.of(peer, fields, settings.trustedProxies());
        } catch (MalformedException e) {
            throw FailedException.of(e);
        }
    }

    /** What a client is told that does not say its request to the end. */
    byte[] late(Session session, Origin peer) {
        Known nothing = Known.nothing(session.facts(), peer, session.facts().id(), clock.instant());
        return OwnAnswer.late(name, new ResponseFields(scope(nothing), nothing), buffers);
    }

    AccessLog log() {
        return log;
    }

    Buffers buffers() {
        return buffers;
    }
}
