package io.relaygate.plugins.http;

import io.relaygate.sdk.RouteContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Looks once a second who has been waited for for too long. Any thread. */
final class Watches {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Set<Consumer<Instant>> all = ConcurrentHashMap.newKeySet();
    private final InstantSource clock;

    Watches(RouteContext context) {
        this.clock = context.clock();
        var _ = context.every(PERIOD, this::look);
    }

    private void look() {
        Instant now = clock.instant();
        all.forEach(watch -> watch.accept(now));
    }

    /** Looks, too, from now on. */
    Looking look(Consumer<Instant> watch) {
        all.add(watch);
        return () -> all.remove(watch);
    }

    /** Closing it ends it. */
    @FunctionalInterface
    interface Looking extends AutoCloseable {
        @Override
        void close();
    }
}
