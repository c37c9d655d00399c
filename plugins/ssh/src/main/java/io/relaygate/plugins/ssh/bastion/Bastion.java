package io.relaygate.plugins.ssh.bastion;

import io.relaygate.plugins.ssh.client.Login;
import io.relaygate.plugins.ssh.client.TargetSession;
import io.relaygate.plugins.ssh.wire.Monitor;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The sessions with one bastion, and the connections that they carry. A session that is lost is missed at the next dial, which logs in
 * anew. Any thread.
 */
final class Bastion {

    private final BastionSettings settings;
    private final Login login;
    private final Way way;
    private final ThreadFactory threads;
    private final BastionMetrics metrics;
    private final List<BastionSession> sessions = new ArrayList<>();
    private @Nullable Attempt attempt;
    private boolean closed;

    /** How the bastion itself is reached. */
    @FunctionalInterface
    interface Way {
        /** Connects to it; the connection ends at the deadline unless that is changed. */
        Connection to(HostPort bastion, Instant deadline) throws IOException;
    }

    /** A login that goes on, or has failed. */
    private static final class Attempt {
        private boolean over;
        private @Nullable IOException failure;
    }

    /**
     * No session yet.
     *
     * @throws IllegalArgumentException if it cannot be logged in to like this
     */
    Bastion(BastionSettings settings, Way way, ThreadFactory threads, BastionMetrics metrics) {
        this.settings = settings;
        this.login = new Login(settings.login());
        this.way = way;
        this.threads = threads;
        this.metrics = metrics;
    }

    /**
     * Whether its settings permit a target.
     *
     * @throws IllegalArgumentException if not, with what would
     */
    void requirePermits(DialTarget target) {
        if (!permits(target)) {
            throw new IllegalArgumentException("bastion " + settings.address() + ": " + notPermitted(target));
        }
    }

    private boolean permits(DialTarget target) {
        return settings.permit().isEmpty() || settings.permit().stream().anyMatch(rule -> rule.permits(target));
    }

    private String notPermitted(DialTarget target) {
        return "its `permit` has nothing for " + target + "; the rule \"" + target + "\" would permit it, and there are "
                + settings.permit().stream().map(rule -> "\"" + rule + "\"").collect(Collectors.joining(", "));
    }

    /**
     * Connects to a target.
     *
     * @throws RefusedException NOT_ALLOWED if its settings do not permit the target, UNREACHABLE if the bastion, or it the target, cannot
     *     be reached, and BUSY if its sessions are full
     */
    Connection dial(DialTarget target, Instant deadline) throws IOException {
        try {
            if (!permits(target)) {
                throw new RefusedException(Reason.NOT_ALLOWED, notPermitted(target));
            }
            while (true) {
                BastionSession session = take(deadline);
                try {
                    return session.open(target, deadline);
                } catch (RefusedException | SocketTimeoutException e) {
                    throw e;
                } catch (IOException e) {
                    // The session was lost, unnoticed until now: the target has not been asked for yet, so another may try.
                    if (session.alive() || !Instant.now().isBefore(deadline)) {
                        throw e;
                    }
                }
            }
        } catch (RefusedException e) {
            metrics.refused(settings.address(), e.reason());
            throw new RefusedException(e.reason(), "through bastion " + settings.address() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            metrics.refused(settings.address(), Reason.UNREACHABLE);
            throw new RefusedException(Reason.UNREACHABLE, "through bastion " + settings.address() + ": " + e.getMessage(), e);
        }
    }

    /** A session with room for a connection, which is counted. */
    private BastionSession take(Instant deadline) throws IOException {
        Attempt mine;
        synchronized (this) {
            while (true) {
                if (closed) {
                    throw new IOException("it is not used any more");
                }
                BastionSession free = leastUsed();
                if (free != null) {
                    free.use();
                    return free;
                }
                Attempt other = attempt;
                if (other == null) {
                    requireRoom();
                    mine = new Attempt();
                    attempt = mine;
                    break;
                }
                await(other, deadline);
            }
        }
        return logIn(mine, deadline);
    }

    private @Nullable BastionSession leastUsed() {
        sessions.removeIf(session -> !session.alive());
        return sessions.stream()
                .filter(session -> !session.suspect() && session.connections() < settings.channels())
                .min(Comparator.comparingInt(BastionSession::connections))
                .orElse(null);
    }

    private void requireRoom() throws RefusedException {
        if (sessions.stream().filter(session -> !session.suspect()).count() >= settings.sessions()) {
            throw new RefusedException(Reason.BUSY, "its " + settings.sessions() + " sessions carry " + settings.channels() + " connections each");
        }
    }

    /** With the monitor held. */
    private void await(Attempt other, Instant deadline) throws IOException {
        while (!other.over) {
            Monitor.pause(this, deadline, "the login took too long");
        }
        if (other.failure != null) {
            throw new IOException(other.failure.getMessage(), other.failure);
        }
    }

    private BastionSession logIn(Attempt mine, Instant deadline) throws IOException {
        TargetSession loggedIn;
        try {
            loggedIn = TargetSession.logIn(login, way.to(settings.address(), deadline), deadline, threads, settings.keepAlive());
        } catch (IOException e) {
            metrics.loginFailed(settings.address());
            over(mine, e);
            throw e;
        } catch (RuntimeException | Error e) {
            over(mine, new IOException("the login has failed", e));
            throw e;
        }
        BastionSession session = new BastionSession(loggedIn);
        boolean late;
        synchronized (this) {
            late = closed;
            sessions.add(session);
            over(mine, null);
        }
        loggedIn.whenOver(() -> forget(session));
        if (late) {
            session.close();
        }
        threads.newThread(() -> watch(session)).start();
        return session;
    }

    private synchronized void over(Attempt mine, @Nullable IOException failure) {
        mine.over = true;
        mine.failure = failure;
        attempt = null;
        notifyAll();
    }

    private synchronized void forget(BastionSession session) {
        sessions.remove(session);
        notifyAll();
    }

    /** Ends a session that nobody needs any more. */
    private void watch(BastionSession session) {
        try {
            if (retires(session)) {
                session.close();
            }
        } catch (IOException e) {
            // Interrupted: the dialer is closed.
        }
    }

    /** Waits until nobody needs the session, which is given out no more then; false if it is over before. */
    private synchronized boolean retires(BastionSession session) throws IOException {
        Duration step = settings.idle().compareTo(settings.keepAlive()) < 0 ? settings.idle() : settings.keepAlive();
        while (sessions.contains(session)) {
            if (session.isUnneeded(settings.idle())) {
                sessions.remove(session);
                return true;
            }
            Monitor.pause(this, Instant.now().plus(step));
        }
        return false;
    }

    /** How many sessions there are. */
    synchronized int sessions() {
        return sessions.size();
    }

    /** How many connections they carry, or are about to. */
    synchronized int connections() {
        return sessions.stream().mapToInt(BastionSession::connections).sum();
    }

    /** Ends all sessions. */
    void close() {
        List<BastionSession> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(sessions);
        }
        all.forEach(BastionSession::close);
    }
}
