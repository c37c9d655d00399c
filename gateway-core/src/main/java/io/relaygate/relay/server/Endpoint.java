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
    private final HybridConnection settings;
    private final int maxListeners;
    private final List<Listener> listeners = new ArrayList<>();

    Endpoint(String path, HybridConnection settings, int maxListeners) {
        this.path = path;
        this.settings = settings;
        this.maxListeners = maxListeners;
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
    }

    String path() {
        return path;
    }

    HybridConnection settings() {
        return settings;
    }

    /** Adds a listener, unless the quota is used up. */
    synchronized boolean add(Listener listener) {
        return listeners.size() < maxListeners && listeners.add(listener);
    }

    /** Adds a listener of this process, which no quota concerns. */
    synchronized void addOwn(Listener listener) {
        listeners.add(listener);
    }

    synchronized void remove(Listener listener) {
        listeners.remove(listener);
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
