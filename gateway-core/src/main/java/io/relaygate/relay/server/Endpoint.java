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

    /** So many listeners may wait for a place. */
    private static final int MAX_SPARE = 1024;

    private final String path;
    private final List<Listener> listeners = new ArrayList<>();
    /** Those that listen, and are offered nothing as long as there is no place for them. */
    private final List<Listener> spare = new ArrayList<>();

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
        fill();
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

        /** Who it is, as the brake knows those whose handshakes fail; {@code memory} if it is of this process. */
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

        /** It must leave: the hybrid connection is no more. */
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
     * Adds a listener, unless the quota is used up or the hybrid connection is no more. Where the quota has kept refusing a
     * source, its further ones are taken and wait for a place: some clients answer each refusal with two new attempts, and only
     * a connection that stands ends that. Such a source gives places to all others, since a client that comes back as many
     * would keep them out.
     */
    synchronized boolean add(Listener listener, Predicate<String> storms) {
        if (gone) {
            return false;
        }
        if (listeners.size() >= maxListeners) {
            Predicate<String> many = source -> storms.test(source) || spare.stream().anyMatch(one -> one.source().equals(source));
            if (many.test(listener.source())) {
                return spare.size() < MAX_SPARE && spare.add(listener);
            }
            Listener gives = listeners.reversed().stream().filter(one -> many.test(one.source())).findFirst().orElse(null);
            if (gives == null) {
                return false;
            }
            listeners.remove(gives);
            spare.addFirst(gives);
        }
        return listeners.add(listener);
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
        boolean had = listeners.remove(listener);
        if (!had) {
            spare.remove(listener);
        } else if (haunting.isPositive()) {
            ghosts.add(new Ghost(listener.id(), clock.instant().plus(haunting)));
        }
        fill();
    }

    /** Gives places to those that have waited longest. */
    private void fill() {
        while (!spare.isEmpty() && listeners.size() < maxListeners) {
            listeners.add(spare.removeFirst());
        }
    }

    /** Sends all listeners away: the hybrid connection is no more. */
    void close() {
        List<Listener> left;
        synchronized (this) {
            gone = true;
            left = Stream.concat(listeners.stream(), spare.stream()).toList();
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
