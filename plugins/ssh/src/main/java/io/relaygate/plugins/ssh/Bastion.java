package io.relaygate.plugins.ssh;

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
    private final List<Entry> entries = new ArrayList<>();
    private @Nullable Attempt attempt;
    private boolean closed;

    /** How the bastion itself is reached. */
    @FunctionalInterface
    interface Way {
        /** Connects to it; the connection ends at the deadline unless that is changed. */
        Connection to(HostPort bastion, Instant deadline) throws IOException;
    }

    /** A session in use. */
    private static final class Entry {
        private final BastionSession session;
        private int channels;
        private long unusedSince = System.nanoTime();
        private long silentAt = -1;

        Entry(BastionSession session) {
            this.session = session;
        }

        /** Whether it has said nothing since it last failed to answer. */
        boolean suspect() {
            return session.heard() == silentAt;
        }
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
    Bastion(BastionSettings settings, Way way, ThreadFactory threads) {
        this.settings = settings;
        this.login = new Login(settings, threads);
        this.way = way;
        this.threads = threads;
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
                Entry entry = take(deadline);
                try {
                    return open(entry, target, deadline);
                } catch (RefusedException | SocketTimeoutException e) {
                    throw e;
                } catch (IOException e) {
                    // The session was lost, unnoticed until now: the target has not been asked for yet, so another may try.
                    if (entry.session.alive() || !Instant.now().isBefore(deadline)) {
                        throw e;
                    }
                }
            }
        } catch (RefusedException e) {
            throw new RefusedException(e.reason(), "through bastion " + settings.address() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new RefusedException(Reason.UNREACHABLE, "through bastion " + settings.address() + ": " + e.getMessage(), e);
        }
    }

    private Connection open(Entry entry, DialTarget target, Instant deadline) throws IOException {
        long heard = entry.session.heard();
        boolean open = false;
        try {
            Connection connection = entry.session.open(target, deadline, () -> giveBack(entry));
            open = true;
            return connection;
        } catch (SocketTimeoutException e) {
            suspect(entry, heard);
            throw e;
        } finally {
            if (!open) {
                giveBack(entry);
            }
        }
    }

    /** A session is given nothing more until it says something again; its keep-alive finds out what has become of it. */
    private synchronized void suspect(Entry entry, long heard) {
        entry.silentAt = heard;
    }

    private synchronized void giveBack(Entry entry) {
        entry.channels--;
        entry.unusedSince = System.nanoTime();
    }

    /** A session with room for a connection, which is counted. */
    private Entry take(Instant deadline) throws IOException {
        Attempt mine;
        synchronized (this) {
            while (true) {
                if (closed) {
                    throw new IOException("it is not used any more");
                }
                Entry free = leastUsed();
                if (free != null) {
                    free.channels++;
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

    private @Nullable Entry leastUsed() {
        entries.removeIf(entry -> !entry.session.alive());
        return entries.stream()
                .filter(entry -> !entry.suspect() && entry.channels < settings.channels())
                .min(Comparator.comparingInt(entry -> entry.channels))
                .orElse(null);
    }

    private void requireRoom() throws RefusedException {
        if (entries.stream().filter(entry -> !entry.suspect()).count() >= settings.sessions()) {
            throw new RefusedException(Reason.BUSY, "its " + settings.sessions() + " sessions carry " + settings.channels() + " connections each");
        }
    }

    /** With the monitor held. */
    private void await(Attempt other, Instant deadline) throws IOException {
        while (!other.over) {
            Duration left = Duration.between(Instant.now(), deadline);
            if (!left.isPositive()) {
                throw new SocketTimeoutException("the login took too long");
            }
            try {
                wait(Math.max(1, left.toMillis()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        if (other.failure != null) {
            throw new IOException(other.failure.getMessage(), other.failure);
        }
    }

    private Entry logIn(Attempt mine, Instant deadline) throws IOException {
        BastionSession session;
        try {
            session = new BastionSession(settings, login, way.to(settings.address(), deadline), deadline, threads, this::forget);
        } catch (IOException e) {
            over(mine, e);
            throw e;
        } catch (RuntimeException | Error e) {
            over(mine, new IOException("the login has failed", e));
            throw e;
        }
        Entry entry = new Entry(session);
        entry.channels = 1;
        boolean late;
        synchronized (this) {
            late = closed;
            entries.add(entry);
            over(mine, null);
        }
        if (late) {
            session.close();
        }
        session.watch(this::retires);
        return entry;
    }

    private synchronized void over(Attempt mine, @Nullable IOException failure) {
        mine.over = true;
        mine.failure = failure;
        attempt = null;
        notifyAll();
    }

    private synchronized void forget(BastionSession session) {
        entries.removeIf(entry -> entry.session == session);
    }

    /** Whether nobody needs a session; none is given out from then on. */
    private synchronized boolean retires(BastionSession session) {
        long now = System.nanoTime();
        return entries.removeIf(entry -> entry.session == session
                && entry.channels == 0
                && (entry.suspect() || now - entry.unusedSince >= settings.idle().toNanos()));
    }

    /** Ends all sessions. */
    void close() {
        List<Entry> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(entries);
        }
        all.forEach(entry -> entry.session.close());
    }
}
