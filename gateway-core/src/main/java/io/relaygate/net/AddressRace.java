package io.relaygate.net;

import io.relaygate.net.Race.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Connects to several addresses of one host side by side, each a moment after the one before or as soon as that has failed, and keeps
 * the first that answers (RFC 8305 section 5). For one use, by one thread.
 */
final class AddressRace {

    /** The delay that RFC 8305 section 8 recommends. */
    static final Duration STAGGER = Duration.ofMillis(250);

    private final Connector connector;
    private final Duration stagger;
    private final List<InetSocketAddress> others = new CopyOnWriteArrayList<>();
    private final Map<InetSocketAddress, Runnable> underWay = new HashMap<>();
    private boolean over;

    AddressRace(Connector connector, Duration stagger) {
        this.connector = connector;
        this.stagger = stagger;
    }

    /** Connects to one address. */
    @FunctionalInterface
    interface Connector {
        /** Returns by the deadline, or as soon as it is aborted by what {@code early} was given, or throws. */
        SocketLink connect(InetSocketAddress to, Instant deadline, Early early) throws IOException;
    }

    /** Is told how to abort a connection that is being made. */
    @FunctionalInterface
    interface Early {
        /** The action may come from any thread until the connection is there, or has failed. */
        void abortable(Runnable abort);
    }

    /** The first that has answered, and the addresses of which nothing bad is known. */
    record Won(InetSocketAddress address, SocketLink link, List<InetSocketAddress> others) {}

    private record Connected(InetSocketAddress to, SocketLink link) {}

    /**
     * Runs.
     *
     * @param addresses at least one, none twice, the best first
     * @throws IOException what the last one answered, if none did
     */
    Won run(List<InetSocketAddress> addresses, Instant deadline) throws IOException {
        if (addresses.size() == 1) {
            return new Won(addresses.getFirst(), connector.connect(addresses.getFirst(), deadline, _ -> {}), List.of());
        }
        others.addAll(addresses);
        Iterator<InetSocketAddress> next = addresses.iterator();
        IOException failure = null;
        try (Race<Connected> race = new Race<>(Threads::startVirtual, late -> late.link.abort())) {
            while (race.running() > 0 || next.hasNext()) {
                if (next.hasNext()) {
                    InetSocketAddress to = next.next();
                    race.start("connect " + to, () -> connect(to, deadline));
                }
                switch (race.next(next.hasNext() ? stagger : Link.FOREVER)) {
                    case Outcome.Got<Connected>(Connected(InetSocketAddress to, SocketLink link)) -> {
                        others.remove(to);
                        return new Won(to, link, List.copyOf(others));
                    }
                    case Outcome.Failed<Connected>(IOException why) -> failure = Names.both(failure, why);
                    case null -> {}
                }
            }
        } finally {
            abortTheRest();
        }
        throw Names.both(failure, null);
    }

    private Connected connect(InetSocketAddress to, Instant deadline) throws IOException {
        try {
            return new Connected(to, connector.connect(to, deadline, abort -> abortable(to, abort)));
        } catch (IOException e) {
            others.remove(to);
            throw e;
        } finally {
            done(to);
        }
    }

    private synchronized void done(InetSocketAddress to) {
        underWay.remove(to);
    }

    private synchronized void abortable(InetSocketAddress to, Runnable abort) {
        if (over) {
            abort.run();
        } else {
            underWay.put(to, abort);
        }
    }

    private synchronized void abortTheRest() {
        over = true;
        underWay.values().forEach(Runnable::run);
    }
}
