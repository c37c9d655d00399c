package io.relaygate.route;

import io.relaygate.net.Alpn;
import io.relaygate.net.Deadlines;
import io.relaygate.net.LentThreads;
import io.relaygate.net.Threads;
import io.relaygate.observe.LentMetrics;
import io.relaygate.sdk.Metrics;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.sdk.Tls;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a route lends to its protocol: begins when sessions may come, and ends everything with the route. Any thread. */
public final class RouteHost implements RouteContext {

    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final Said said;
    private final RouteTls tls;
    private final LentMetrics metrics;
    private final InstantSource clock;
    private final Deadlines deadlines;
    private final Threads threads;
    private final LentThreads lent;
    private final List<Periodic> tasks = new ArrayList<>();
    private boolean begun;

    /**
     * What the configuration says of a route.
     *
     * @param protocol the protocol's name, for its metrics
     * @param alpn what the route speaks inside TLS
     */
    public record Said(String route, String protocol, boolean namesDestination, boolean namesIdentityProviders, Alpn alpn) {}

    /**
     * Has not begun.
     *
     * @param deadlines says when tasks are due
     */
    public RouteHost(Said said, io.relaygate.observe.Metrics all, InstantSource clock, Deadlines deadlines, Threads threads) {
        this.said = said;
        this.tls = new RouteTls(said.route(), said.alpn());
        this.metrics = LentMetrics.ofRoute(all, said.protocol(), said.route());
        this.clock = clock;
        this.deadlines = deadlines;
        this.threads = threads;
        this.lent = new LentThreads("route " + said.route(), threads);
    }

    /**
     * Opens the route's handler, and begins. Its {@code close} ends what was lent: tasks before the handler is closed, threads
     * and metrics after.
     */
    public ProtocolHandler begin(Function<RouteContext, ProtocolHandler> open) {
        ProtocolHandler handler = open.apply(this);
        synchronized (tasks) {
            begun = true;
            tasks.forEach(Periodic::begin);
        }
        return new Hosted(handler);
    }

    private final class Hosted implements ProtocolHandler {

        private final ProtocolHandler handler;

        Hosted(ProtocolHandler handler) {
            this.handler = handler;
        }

        @Override
        public void handle(Session session) throws IOException {
            handler.handle(session);
        }

        @Override
        public @Nullable Explained explain(SessionFacts facts, List<String> asked) throws RefusedException {
            return handler.explain(facts, asked);
        }

        @Override
        public List<String> openPlaces() {
            return handler.openPlaces();
        }

        @Override
        public List<String> notes() {
            return handler.notes();
        }

        @Override
        public void close() {
            synchronized (tasks) {
                tasks.forEach(Periodic::close);
            }
            tasks.forEach(Periodic::awaitOver);
            handler.close();
            lent.end();
            metrics.close();
        }
    }

    @Override
    public String route() {
        return said.route();
    }

    @Override
    public boolean namesDestination() {
        return said.namesDestination();
    }

    @Override
    public boolean namesIdentityProviders() {
        return said.namesIdentityProviders();
    }

    @Override
    public Tls tls() {
        return tls;
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public Closeable every(Duration period, Runnable task) {
        if (period.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("a task runs every 100 ms at the most, not every " + period.toMillis() + " ms");
        }
        Periodic periodic = new Periodic("route " + said.route() + " task", period, task, deadlines, threads);
        synchronized (tasks) {
            tasks.removeIf(Periodic::isOver);
            tasks.add(periodic);
            if (begun) {
                periodic.begin();
            }
        }
        return periodic;
    }

    @Override
    public ThreadFactory threads() {
        return lent;
    }
}
