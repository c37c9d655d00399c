package io.relaygate.relay.server;

import io.relaygate.relay.server.RelaySettings.HybridConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One hybrid connection and those who listen on it. Any thread. */
final class Endpoint {

    private final String path;
    private final List<Listener> listeners = new ArrayList<>();
    private volatile boolean authorizesClients = true;
    private int maxListeners;
    private boolean gone;

    /** One that takes no listener before {@link #change} has told how many. */
    Endpoint(String path) {
        this.path = path;
    }

    /** Takes over settings. */
    synchronized void change(HybridConnection settings, int listenersAtMost) {
        authorizesClients = settings.requiresClientAuthorization();
        maxListeners = listenersAtMost;
    }

    /** Somebody who listens: a control channel, or a gateway of the same process. */
    interface Listener {

        /** What the listener calls itself, a GUID if it gave one. */
        String id();

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

        /** The hybrid connection is no more. */
        void dismiss();
    }

    String path() {
        return path;
    }

    /** Whether senders need a token. */
    boolean authorizesClients() {
        return authorizesClients;
    }

    /** Adds a listener, unless the quota is used up or the hybrid connection is no more. */
    synchronized boolean add(Listener listener) {
        return !gone && listeners.size() < maxListeners && listeners.add(listener);
    }

    /** Adds a listener of this process, which no quota concerns. */
    synchronized void addOwn(Listener listener) {
        listeners.add(listener);
    }

    synchronized void remove(Listener listener) {
        listeners.remove(listener);
    }

    /** Sends all listeners away: the hybrid connection is no more. */
    void close() {
        List<Listener> left;
        synchronized (this) {
            gone = true;
            left = List.copyOf(listeners);
        }
        left.forEach(Listener::dismiss);
    }

    synchronized int listenerCount() {
        return listeners.size();
    }

    /** One of the listeners that may be taken, at random, or null. */
    synchronized @Nullable Listener pick(Predicate<Listener> allowed, RandomGenerator random) {
        List<Listener> candidates = listeners.stream().filter(allowed).toList();
        List<Listener> lively = candidates.stream().filter(Listener::answers).toList();
        List<Listener> choice = lively.isEmpty() ? candidates : lively;
        return choice.isEmpty() ? null : choice.get(random.nextInt(choice.size()));
    }
}
