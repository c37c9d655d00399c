package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.Redirect;
import io.relaygate.plugins.tds.TdsSettings.ServerLogin;
import io.relaygate.plugins.tds.wire.Feature;
import io.relaygate.plugins.tds.wire.Login7;
import io.relaygate.plugins.tds.wire.Login7.Part;
import io.relaygate.plugins.tds.wire.LoginAnswer;
import io.relaygate.plugins.tds.wire.MalformedException;
import io.relaygate.plugins.tds.wire.Message;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.Prelogin;
import io.relaygate.plugins.tds.wire.Routing;
import io.relaygate.plugins.tds.wire.TdsVersion;
import io.relaygate.plugins.tds.wire.Token;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A session whose TLS ends here: its login is read, judged, and made again at the server that it is for. */
final class Termination {

    /** As many redirects as drivers follow. */
    private static final int MOST_HOPS = 10;

    /** More than any exchange of Kerberos or NTLM has. */
    private static final int MOST_WORDS = 16;

    private final TdsSettings settings;
    private final RouteContext context;
    private final Statements statements;
    private final FailedLogins failed;
    private final Session session;
    private final ClientSide client;
    private boolean answered;

    Termination(TdsSettings settings, RouteContext context, Statements statements, FailedLogins failed, Session session) throws IOException {
        this.settings = settings;
        this.context = context;
        this.statements = statements;
        this.failed = failed;
        this.session = session;
        this.client = new ClientSide(settings, context.tls(), session);
    }

    void run() throws IOException {
        Proof proof = new Proof(session, settings, context);
        try {
            Login7 login = client.meet();
            if (login != null) {
                note(login);
                client.requireEncryption();
                proof.demand(client, login);
                if (failed.tooMany(client.source(), login.text(Part.USER), context.clock().instant())) {
                    proof.fails(login.text(Part.USER));
                    throw TdsRefusal.because("this login has failed too often from there; it may be tried again in a minute");
                }
                serve(login, proof);
            }
        } catch (MalformedException e) {
            throw told(new RefusedException(Reason.MALFORMED, String.valueOf(e.getMessage()), e), null);
        } catch (RefusedException e) {
            throw told(e, proof.failure());
        }
    }

    private void note(Login7 login) {
        session.note("tds.login", login.integrated() ? "(integrated)" : login.text(Part.USER));
        session.note("tds.database", login.text(Part.DATABASE));
        session.note("tds.server", name(login));
        session.note("tds.application", login.text(Part.APPLICATION));
        session.note("tds.driver", login.text(Part.LIBRARY));
        session.note("tds.version", TdsVersion.text(login.version()));
        session.note("tds.encryption", client.encryption());
        Prelogin said = client.prelogin();
        if (said != null && !said.trace().isEmpty()) {
            session.note("tds.connection", said.trace());
        }
    }

    /** The server's name as the client has it: in TLS if it says one there, or else in its login, without protocol, instance and port. */
    private String name(Login7 login) {
        String inTls = client.serverName();
        if (inTls != null) {
            return inTls;
        }
        return Wanted.host(login.text(Part.SERVER));
    }

    private void serve(Login7 login, Proof proof) throws IOException {
        Place place = Place.of(settings, session.facts().to(), Wanted.of(name(login), login, client.source()));
        Connection connection = session.dial(session.facts().caller(), place.to());
        Instant limit = context.clock().instant().plus(settings.loginTimeout());
        session.client().deadline(limit);
        connection.deadline(limit);

        Login7 own = own(login, place.login());
        boolean federated = own.feature(Feature.FEDERATED) != null;
        ServerSide server = ServerSide.begin(connection, place.tls(), context.tls(), client.prelogin(), client.mars(), federated);
        LoginAnswer answer = server.logIn(own, client.wholly());
        int words = 0;
        while (answer.wantsMore()) {
            tell(answer);
            answer = server.ask(word(words++));
        }
        for (int hops = 0; answer.routing() != null; hops++) {
            Routing routing = routing(answer);
            HostPort outer = outer(host(routing), login);
            if (outer != null) {
                connection.close();
                redirect(granted(answer, proof), new Routing(outer.host(), outer.port(), routing.database()));
                return;
            }
            if (hops == MOST_HOPS || words > 0) {
                throw TdsRefusal.because(words > 0
                        ? "the server sends the client elsewhere, where its Kerberos or NTLM login cannot be made again"
                        : "the server sends the client from one to the other");
            }
            connection.close();
            connection = session.dial(session.facts().caller(), place.to(), host(routing));
            connection.deadline(limit);
            own = own.with(Part.SERVER, routing.server());
            own = routing.database().isEmpty() ? own : own.with(Part.DATABASE, routing.database());
            server = ServerSide.begin(
                    connection, place.tlsNamed(host(routing).host()), context.tls(), client.prelogin(), client.mars(), federated);
            answer = server.logIn(own, client.wholly());
        }
        session.note("tds.process", Integer.toString(answer.process()));
        finish(server, connection, granted(answer, proof));
    }

    private static LoginAnswer granted(LoginAnswer answer, Proof proof) {
        return proof.tokenTaken() ? answer.granting(new Feature(Feature.FEDERATED, ByteBuffer.allocate(0))) : answer;
    }

    /** What the client is told in place of where a server sends it; null where the gateway goes there itself. */
    private @Nullable HostPort outer(HostPort inner, Login7 login) {
        return settings.redirects().stream().filter(redirect -> TdsVersion.isFrom74(login.version()) && redirect.isFor(inner))
                .map(Redirect::outer).findFirst().orElse(null);
    }

    /** Sends the client there: it comes again, by a name that leads to the gateway. */
    private void redirect(LoginAnswer answer, Routing to) throws IOException {
        statements.login(Statements.Result.ACCEPTED);
        failed.succeeded(client.source(), Objects.requireNonNull(client.login()).text(Part.USER));
        session.event("tds.login", Map.of("result", "redirected", "error", "", "to", to.server() + ":" + to.port()));
        tell(answer.with(token -> token instanceof Token.EnvChange change && change.routes() ? to.token() : token));
        answered = true;
        // The client leaves by itself: some see nothing of a redirect when the connection ends first.
        client.packets().in().read();
        client.connection().close();
    }

    private static Routing routing(LoginAnswer answer) throws RefusedException {
        Token.EnvChange routing = answer.routing();
        try {
            return Objects.requireNonNull(routing).routing();
        } catch (MalformedException e) {
            throw new RefusedException(Reason.NOT_ALLOWED, "the server sends the client elsewhere: " + e.getMessage(), e);
        }
    }

    private static HostPort host(Routing routing) throws RefusedException {
        try {
            return new HostPort(routing.server().split("\\\\", 2)[0], routing.port());
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.NOT_ALLOWED, "the server sends the client elsewhere: " + e.getMessage(), e);
        }
    }

    /** The login as the server is to see it. */
    private static Login7 own(Login7 login, @Nullable ServerLogin as) throws IOException {
        if (as == null) {
            return login;
        }
        if (login.changesPassword()) {
            throw TdsRefusal.because("the password at the server is the gateway's, and clients cannot change it");
        }
        return as.password().with(password -> login.as(as.user(), password));
    }

    /** The client's next word of Kerberos, NTLM or federated authentication. */
    private Message word(int words) throws IOException {
        if (words == MOST_WORDS) {
            throw new RefusedException(Reason.MALFORMED, "a login of more than " + MOST_WORDS + " words");
        }
        Message word = Message.read(client.connection().in(), Message.LARGEST_PROOF);
        if (word == null) {
            throw new EOFException("the client has left during its login");
        }
        if (word.type() != PacketHeader.SSPI && word.type() != PacketHeader.FEDERATED_TOKEN) {
            throw new RefusedException(Reason.MALFORMED, "a message of type " + word.type() + " during a login");
        }
        return word;
    }

    private void finish(ServerSide server, Connection connection, LoginAnswer answer) throws IOException {
        Token.Notice error = answer.error();
        boolean accepted = answer.accepted() != null;
        Login7 asked = Objects.requireNonNull(client.login());
        if (accepted) {
            failed.succeeded(client.source(), asked.text(Part.USER));
        } else if (answer.saysLoginFailed()) {
            failed.failed(client.source(), asked.text(Part.USER), context.clock().instant());
        }
        statements.login(accepted ? Statements.Result.ACCEPTED : Statements.Result.REFUSED);
        session.event("tds.login", Map.of(
                "result", accepted ? "accepted" : "refused", "error", error == null ? "" : Integer.toString(error.number())));
        if (accepted && client.mars() && !server.mars()) {
            throw new RefusedException(Reason.NOT_FOUND, "the server has no MARS; connect without MultipleActiveResultSets");
        }
        tell(answer);
        answered = true;
        if (!accepted) {
            client.connection().close();
            throw new RefusedException(Reason.NOT_ALLOWED, "the server refuses the login" + (error == null ? "" : " with error " + error.number()));
        }
        session.client().deadline(null);
        connection.deadline(null);
        Token.LoginAck ack = answer.accepted();
        if (ack != null && Inspection.isWanted(settings)) {
            String database = Objects.requireNonNullElse(answer.database(), asked.text(Part.DATABASE));
            new Inspection(session, settings, statements, context.clock(), context.route(), ack.version(), asked.text(Part.USER), database)
                    .carry(client.packets(), server.packets(false));
        } else {
            session.splice(client.packets(), server.packets(client.mars()));
        }
    }

    /** What a server answers, as it would be without a gateway: in the version that the client has named, and without other ways to the server. */
    private void tell(LoginAnswer answer) throws IOException {
        boolean newest = Objects.requireNonNull(client.login()).version() == TdsVersion.V8_0;
        LoginAnswer changed = answer.with(token -> switch (token) {
            case Token.LoginAck(int language, int version, ByteBuffer rest) ->
                    new Token.LoginAck(language, TdsVersion.in(newest, version), rest);
            case Token.EnvChange change when change.kind() == Token.EnvChange.MIRROR -> null;
            case Token.Granted granted ->
                    new Token.Granted(granted.features().stream().filter(feature -> feature.id() != Feature.AZURE_DNS_CACHE).toList());
            default -> token;
        });
        changed.message().write(client.connection().out(), PacketHeader.FIRST_SIZE);
    }

    /** Says it in the protocol's own words once there is a login to answer, and ends the connection so that they arrive. */
    private RefusedException told(RefusedException why, @Nullable TdsRefusal instead) {
        Login7 login = client.login();
        if (login != null && !answered) {
            statements.login(Statements.Result.DENIED);
            TdsRefusal refusal = instead == null ? TdsRefusal.of(why, context.route()) : instead;
            try {
                refusal.answer("RelayGate", login.version()).message().write(client.connection().out(), PacketHeader.FIRST_SIZE);
            } catch (IOException e) {
                why.addSuppressed(e);
            }
        }
        client.connection().close();
        return why;
    }
}
