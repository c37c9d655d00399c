package io.relaygate.destination;

import io.relaygate.net.DialAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ports of named instances. One that was connected to is remembered for a minute; when it fails in that time, as it does after an
 * instance has begun again at another, SQL Browser is asked at once. Any thread.
 */
final class Instances {

    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final SqlBrowser browser;
    private final InstantSource clock;
    private final ConcurrentHashMap<Key, Known> ports = new ConcurrentHashMap<>();

    private record Key(InetAddress address, DialAddress.Instance instance) {}

    private record Known(int port, Instant until) {}

    /** Connects to a port. */
    @FunctionalInterface
    interface Dial<T> {
        /** Succeeds or throws. */
        T to(int port) throws IOException;
    }

    Instances(SqlBrowser browser, InstantSource clock) {
        this.browser = browser;
        this.clock = clock;
    }

    /**
     * Connects to an instance.
     *
     * @param address of its host
     * @param deadline by which SQL Browser must have answered
     */
    <T> T dial(InetAddress address, DialAddress.Instance instance, Instant deadline, Dial<T> dial) throws IOException {
        Key key = new Key(address, instance);
        ports.values().removeIf(known -> !clock.instant().isBefore(known.until));
        Known known = ports.get(key);
        if (known != null) {
            try {
                return dial.to(known.port);
            } catch (IOException e) {
                ports.remove(key, known);
                if (!Instant.now().isBefore(deadline)) {
                    throw e;
                }
            }
        }
        int port = browser.ask(address, instance, deadline);
        T dialled = dial.to(port);
        ports.put(key, new Known(port, clock.instant().plus(REMEMBERED)));
        return dialled;
    }
}
