package io.relaygate.relay.server;

import io.relaygate.relay.server.RelaySettings.HybridConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One hybrid connection and those who listen on it. Any thread. */
final class Endpoint {

    private final String path;
    private final List<Listener> listeners = new ArrayList<>();
    private final List<Ghost> ghosts = new ArrayList<>();
    private final InstantSource clock;
    private final Instant created;
    private @Nullable HybridConnection settings;
    private Instant updated;
    private int maxListeners;
    private boolean gone;

    /** One that takes no listener before {@link #change} has told how many. */
    Endpoint(String path, InstantSource clock) {
        this.path = path;
        this.clock = clock;
        this.created = clock.instant();
        this.updated = created;
    }

    /** Takes over settings. */
    synchronized void change(HybridConnection changed, int listenersAtMost) {
        HybridConnection before = settings;
        boolean told = before != null
                && before.requiresClientAuthorization() == changed.requiresClientAuthorization()
                && Objects.equals(before.userMetadata(), changed.userMetadata());
        updated = before == null || told ? updated : clock.instant();
        settings = changed;
        maxListeners = listenersAtMost;
    }

    /**
     * What can be asked about it.
     *
     * @param created since when the relay has it
     * @param updated when its settings changed last
     * @param metadata a text for programs, or null
     */
    record Facts(
            String path, Instant created, Instant updated, boolean authorizesClients, @Nullable String metadata, int listeners) {}

    /** How it stands. */
    synchronized Facts facts() {
        String metadata = settings == null ? null : settings.userMetadata();
        return new Facts(path, created, updated, authorizesClients(), metadata, listeners.size());
    }

    /** Somebody who listens: a control channel, or a gateway of the same process. */
    interface Listener {

        /** What the listener calls itself, a GUID if it gave one. */
        String id();

        /** Where it listens from: an IP address, or {@code memory}. */
        String source();

        /** Whether its last offer was answered in time; others are preferred while it was not. */
        boolean answers();

        /**
         * Tells it of a sender; returns at once.
         *
         * @return false if it cannot be told, because it has ended or is stuck
         */
        boolean offer(Waiting sender);

        /**
         * A sender that was offered waits no more.
         *
         * @param answered whether that was in time
         */
        void done(Waiting sender, boolean answered);

        /**
         * Hands it an HTTP request, or tells it where to fetch it; returns at once.
         *
         * @return false if it cannot be told, because it has ended or is stuck
         */
        boolean offer(Exchange request);

        /** The request needs no answer any more. */
        void done(Exchange request);

        /** It must leave: the hybrid connection is no more, or its place is another's. */
        void dismiss(String why);
    }

    String path() {
        return path;
    }

    /** Whether senders need a token. */
    synchronized boolean authorizesClients() {
        return settings == null || settings.requiresClientAuthorization();
    }

    /**
     * Adds a listener, unless the quota is used up or the hybrid connection is no more. One of a source whose handshakes keep
     * failing gives its place to one of a source whose do not: a client that comes back as many would keep all others out.
     */
    boolean add(Listener listener, Predicate<String> storms) {
        Listener gives = null;
        synchronized (this) {
            if (gone) {
                return false;
            }
            if (listeners.size() >= maxListeners) {
                gives = storms.test(listener.source()) ? null : latest(storms);
                if (gives == null) {
                    return false;
                }
                listeners.remove(gives);
            }
            listeners.add(listener);
        }
        if (gives != null) {
            gives.dismiss("Another listener needs the place.");
        }
        return true;
    }

    private @Nullable Listener latest(Predicate<String> storms) {
        return listeners.reversed().stream().filter(one -> storms.test(one.source())).findFirst().orElse(null);
    }

    /** Adds a listener of this process, which no quota concerns. */
    synchronized void addOwn(Listener listener) {
        listeners.add(listener);
    }

    void remove(Listener listener) {
        remove(listener, Duration.ZERO);
    }

    /** Removes a listener, which may be offered senders for some time yet. */
    synchronized void remove(Listener listener, Duration haunting) {
        listeners.remove(listener);
        if (haunting.isPositive()) {
            ghosts.add(new Ghost(listener.id(), clock.instant().plus(haunting)));
        }
    }

    /** Sends all listeners away: the hybrid connection is no more. */
    void close() {
        List<Listener> left;
        synchronized (this) {
            gone = true;
            left = List.copyOf(listeners);
        }
        left.forEach(listener -> listener.dismiss("The hybrid connection was deleted."));
    }

    synchronized int listenerCount() {
        return listeners.size();
    }

    /** One of the listeners that may be taken, at random, or null. */
    synchronized @Nullable Listener pick(Predicate<Listener> allowed, RandomGenerator random) {
        ghosts.removeIf(ghost -> !ghost.until().isAfter(clock.instant()));
        List<Listener> candidates =
                Stream.concat(listeners.stream(), ghosts.stream()).filter(allowed).toList();
        List<Listener> lively = candidates.stream().filter(Listener::answers).toList();
        List<Listener> choice = lively.isEmpty() ? candidates : lively;
        return choice.isEmpty() ? null : choice.get(random.nextInt(choice.size()));
    }
}
