package io.relaygate.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to several addresses of one host side by side, each a moment after the one before or as soon as that has failed, and keeps
 * the first that answers (RFC 8305 section 5). For one use, by one thread.
 */
final class AddressRace {

    /** The delay that RFC 8305 section 8 recommends. */
    static final Duration STAGGER = Duration.ofMillis(250);

    private final Connector connector;
    private final Duration stagger;
    private final LinkedBlockingQueue<Finish> finishes = new LinkedBlockingQueue<>();
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

    /** One of the two is null. */
    private record Finish(InetSocketAddress address, @Nullable SocketLink link, @Nullable IOException failure) {}

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
        List<InetSocketAddress> others = new ArrayList<>(addresses);
        Iterator<InetSocketAddress> next = addresses.iterator();
        IOException failure = null;
        int running = 0;
        try {
            while (running > 0 || next.hasNext()) {
                if (next.hasNext()) {
                    start(next.next(), deadline);
                    running++;
                }
                Finish finish = next.hasNext() ? finishes.poll(stagger.toNanos(), TimeUnit.NANOSECONDS) : finishes.take();
                if (finish == null) {
                    continue;
                }
                running--;
                others.remove(finish.address);
                if (finish.link != null) {
                    return new Won(finish.address, finish.link, List.copyOf(others));
                }
                failure = Names.both(failure, finish.failure);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        } finally {
            end();
        }
        throw Names.both(failure, null);
    }

    private void start(InetSocketAddress to, Instant deadline) {
        Threads.startVirtual("connect " + to, () -> {
            SocketLink link = null;
            IOException failure = null;
            try {
                link = connector.connect(to, deadline, abort -> abortable(to, abort));
            } catch (IOException e) {
                failure = e;
            }
            if (!finished(new Finish(to, link, failure)) && link != null) {
                link.abort();
            }
        });
    }

    private synchronized boolean finished(Finish finish) {
        underWay.remove(finish.address);
        return !over && finishes.add(finish);
    }

    private synchronized void abortable(InetSocketAddress to, Runnable abort) {
        if (over) {
            abort.run();
        } else {
            underWay.put(to, abort);
        }
    }

    /** Whoever is late goes. */
    private synchronized void end() {
        over = true;
        underWay.values().forEach(Runnable::run);
        for (Finish late = finishes.poll(); late != null; late = finishes.poll()) {
            if (late.link != null) {
                late.link.abort();
            }
        }
    }
}
