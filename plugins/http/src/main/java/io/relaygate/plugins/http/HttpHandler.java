package io.relaygate.plugins.http;

import io.relaygate.plugins.http.callers.Door;
import io.relaygate.plugins.http.callers.Logins;
import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.Chars;
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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import java.util.List;

/** Serves the connections of one route: ends their TLS if that is wanted, and hands them to a {@link Conversation}. */
final class HttpHandler implements ProtocolHandler {

    private static final byte[] PREFACE = {'P', 'R', 'I', ' '};

    private final HttpSettings settings;
    private final Tls tls;
    private final InstantSource clock;
    private final Door door;
    private final Hosts hosts;
    private final String name;
    private final Buffers buffers = new Buffers();
    private final Watches watches;
    private final AccessLog log;
    private final byte[] late;
    private final boolean judges;

    HttpHandler(HttpSettings settings, RouteContext context) {
        this.settings = settings;
        this.tls = context.tls();
        this.clock = context.clock();
        this.door = Door.of(context.route(), context.namesIdentityProviders(), clock)
                .with(settings.callers(), settings.perSource(), settings.perCaller());
        this.hosts = new Hosts(settings, door);
        this.name = settings.name() == null ? ownName() : settings.name();
        if (!Chars.isToken(name)) {
            throw new IllegalArgumentException("expected a `name` of letters, digits and `-`, found '" + name + "'");
        }
        this.judges = context.namesIdentityProviders();
        this.watches = new Watches(context);
        this.log = new AccessLog(settings.log(), door.secrets(), context.metrics());
        this.late = OwnAnswer.late(name);
    }

    private static String ownName() {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        return "relaygate-" + HexFormat.of().formatHex(random);
    }

    @Override
    public void handle(Session session) throws IOException {
        Connection client = session.client();
        boolean secured = !settings.certificates().isEmpty();
        Credential.ClientCertificate certificate = null;
        if (secured) {
            TlsConnection inside = tls.accept(client, new ServerCertificates(settings.certificates(), clients(session)));
            certificate = inside.clientCertificate();
            client = inside;
        }
        Logins logins = new Logins(session, certificate);
        boolean https = secured || session.facts().tls() != null;
        Watch watch = new Watch(client, clock);
        try (Watches.Looking _ = watches.look(watch::look)) {
            if (speaksHttp2(session, client, watch)) {
                new Http2Conversation(this, session, logins, client, https).run();
            } else {
                new Conversation(this, session, logins, client, watch, https).run();
            }
        }
        // The end of TLS must be said.
        client.close();
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
                return Target.of(own, settings, door);
            }
            if (found != null) {
                return found;
            }
        } catch (MalformedException e) {
            throw FailedException.of(e);
        }
        // RFC 9110 section 15.5.20: another host's request that came over this one's TLS.
        int status = known.https() && !hosts.knows(asked) ? 421 : 404;
        throw new FailedException(status, "destination_not_found", "nothing is served here by this name",
                new RefusedException(Reason.NOT_FOUND, "no destination for the host '" + asked + "'"));
    }

    @Override
    public Explained explain(SessionFacts facts, List<String> asked) throws RefusedException {
        return new Preview(this, facts).of(asked);
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

    /** What a client is told that does not say its request to the end. */
    byte[] late() {
        return late;
    }

    AccessLog log() {
        return log;
    }

    Buffers buffers() {
        return buffers;
    }
}
