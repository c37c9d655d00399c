package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.client.ChannelOffer;
import io.relaygate.plugins.ssh.client.TargetSession;
import io.relaygate.plugins.ssh.proxy.ProxySettings.Limits;
import io.relaygate.plugins.ssh.proxy.ProxySettings.Permit;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.server.SshServer;
import org.jspecify.annotations.Nullable;

/** One client's session, from its identification string to its end. */
final class Visit {

    /** How long a client that is told that it has to leave is heard. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /** How long what a client sent before it closed a channel is offered to a target that takes nothing. */
    private static final Duration LEFT_BEHIND = Duration.ofSeconds(10);

    private final ProxySettings settings;
    private final Targets targets;
    private final Evidence evidence;
    private final ToTarget way;
    private final Session session;
    private final InstantSource clock;
    private final Connection client;
    private final Instant began;
    private final SshSession transport;
    private @Nullable Authentication authentication;
    private volatile @Nullable Channels channels;
    private volatile Instant heard;
    private volatile boolean over;
    private @Nullable IOException ending;
    private @Nullable Instant told;

    /** A client comes. */
    Visit(ProxySettings settings, Targets targets, Evidence evidence, SshServer server, ToTarget way, Session session,
            InstantSource clock) throws IOException {
        this.settings = settings;
        this.targets = targets;
        this.evidence = evidence;
        this.way = way;
        this.session = session;
        this.clock = clock;
        this.began = clock.instant();
        this.heard = began;
        this.client = session.client();
        try {
            this.transport = new SshSession(server, new ClientCarrier(client, session.facts().source()));
        } catch (Exception e) {
            throw new IOException("the session could not begin: " + e.getMessage(), e);
        }
    }

    /** Serves it. */
    void run() throws IOException {
        // The limits say how long a login may take, and not the entry point.
        client.deadline(began.plus(settings.limits().loginGrace()).plus(LAST_WORDS));
        try {
            transport.serve(this, client);
        } catch (SshException e) {
            int code = e.getDisconnectCode();
            end(code == 0 ? SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR : code, said(e), new RefusedException(Reason.MALFORMED, said(e), e));
        } catch (IOException e) {
            broken(e);
        } catch (Exception e) {
            end(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "what was sent cannot be understood",
                    new RefusedException(Reason.MALFORMED, "what the client sent cannot be understood: " + e, e));
        } finally {
            leave();
        }
        IOException why = ending();
        if (why != null) {
            throw why;
        }
    }

    private static String said(SshException e) {
        return String.valueOf(Channels.oneLine(String.valueOf(e.getMessage())));
    }

    private synchronized void broken(IOException e) {
        if (ending == null) {
            ending = e;
        }
    }

    private synchronized @Nullable IOException ending() {
        return ending;
    }

    private void leave() {
        over = true;
        Channels known = channels;
        if (known != null) {
            known.abandon();
        }
        Authentication login = authentication;
        if (login != null) {
            login.close(true);
        }
        way.close();
        transport.close(true);
    }

    /** Ends the session, and says why; the first reason counts. Any thread. */
    void end(int code, String words, IOException why) {
        synchronized (this) {
            if (over || told != null) {
                return;
            }
            told = now();
            if (ending == null) {
                ending = why;
            }
        }
        // Whoever waits for the client to take something is not waited for.
        client.deadline(now().plus(LAST_WORDS));
        try {
            transport.disconnect(code, words);
        } catch (IOException e) {
            client.abort();
        }
    }

    Session session() {
        return session;
    }

    Evidence evidence() {
        return evidence;
    }

    Instant now() {
        return clock.instant();
    }

    /** So much later by the clock of the machine, for who waits. */
    Instant soon(Duration patience) {
        return Instant.now().plus(patience);
    }

    boolean isOver() {
        return over;
    }

    Limits limits() {
        return settings.limits();
    }

    Permit permit() {
        return settings.permit();
    }

    @Nullable String banner() {
        return settings.banner();
    }

    int tries() {
        return settings.limits().tries();
    }

    /** Something was said, either way. */
    void active() {
        heard = now();
    }

    /** What a client must speak first. */
    Service authentication(SshSession of) throws SshException {
        if (authentication != null) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "the login has begun already");
        }
        session.note("ssh.client", String.valueOf(Channels.oneLine(of.getClientVersion())));
        authentication = new Authentication(of, this);
        return authentication;
    }

    /** What it may speak when it is logged in. */
    Service channels(SshSession of) throws SshException {
        if (!of.isAuthenticated() || channels != null) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_SERVICE_NOT_AVAILABLE, "nobody is logged in");
        }
        Channels fresh = new Channels(of, this);
        channels = fresh;
        return fresh;
    }

    /** A client wants to log in. */
    Targets.Asked asked(String user) {
        session.note("ssh.user", user);
        return targets.asked(user);
    }

    /**
     * Somebody has proven who it is.
     *
     * @throws SshException if it may not go on, for the client
     */
    void loggedIn(Caller caller, Targets.Asked whom, String how) throws SshException {
        try {
            session.actAs(caller);
            Targets.Place place = whom.choose(caller);
            way.leadsTo(place, caller);
            session.note("ssh.target", place.to().toString());
            session.event("ssh.login", Map.of("user", whom.user(), "by", how, "target", place.to().toString()));
            evidence.login("accepted");
            active();
            client.deadline(null);
        } catch (RefusedException e) {
            evidence.login("refused");
            broken(e);
            throw new SshException(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, e.getMessage(), e);
        }
    }

    /** Where the session goes, in words. */
    String place() {
        return way.toString();
    }

    /** The session with the target; the first channel makes it. */
    TargetSession target() throws IOException {
        return way.session(session, this::targetOver, this::offered);
    }

    private void offered(ChannelOffer offer) throws IOException {
        Channels known = channels;
        if (known != null) {
            known.offered(offer);
        }
    }

    /** A target that goes while nothing is carried is logged in to anew. */
    private void targetOver() {
        Channels known = channels;
        if (!over && known != null && !known.areIdle()) {
            targetLost(new IOException("its session has ended"));
        }
    }

    /** What goes on at a target that is lost cannot end well for the client. */
    void targetLost(IOException why) {
        String words = "target " + place() + " is lost: " + why.getMessage();
        end(SshConstants.SSH2_DISCONNECT_CONNECTION_LOST, String.valueOf(Channels.oneLine(words)), new IOException(words, why));
    }

    /** Looks at the time. Called now and then, on a thread of nobody's. */
    void look() {
        Instant now = now();
        Instant since = told();
        if (since != null) {
            if (since.plus(LAST_WORDS).isBefore(now)) {
                client.abort();
            }
            return;
        }
        Channels known = channels;
        if (known == null) {
            overdue(began, settings.limits().loginGrace(), "nobody has logged in within ");
        } else {
            overdue(heard, settings.limits().idle(), "nothing was said for ");
            overdue(began, settings.limits().maxDuration(), "a session may last ");
            known.open().stream().filter(each -> each.isLeftBehind(now.minus(LEFT_BEHIND))).forEach(Carrying::closeTarget);
        }
    }

    private synchronized @Nullable Instant told() {
        return told;
    }

    private void overdue(Instant since, Duration limit, String words) {
        if (!now().isBefore(since.plus(limit))) {
            String all = words + limit.toSeconds() + " s";
            // Aside: a client that takes nothing holds up who tells it, and others are looked at here.
            session.fork("limit", () -> end(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, all, new RefusedException(Reason.NOT_ALLOWED, all)));
        }
    }
}
