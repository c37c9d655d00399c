package io.relaygate.plugins.http;

import io.relaygate.sdk.Connection;
import io.relaygate.sdk.RouteContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Looks once a second which clients have been waited for for too long. Any thread. */
final class Watches {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Set<Watch> all = ConcurrentHashMap.newKeySet();
    private final InstantSource clock;

    Watches(RouteContext context) {
        this.clock = context.clock();
        var _ = context.every(PERIOD, this::look);
    }

    private void look() {
        Instant now = clock.instant();
        all.forEach(watch -> watch.look(now));
    }

    /** One over this client; closing it ends it. */
    Watch of(Connection client) {
        Watch watch = new Watch(client, clock, all::remove);
        all.add(watch);
        return watch;
    }
}
