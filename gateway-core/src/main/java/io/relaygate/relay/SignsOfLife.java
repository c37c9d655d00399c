package io.relaygate.relay;

import io.relaygate.net.Deadlines;
import io.relaygate.net.Threads;
import io.relaygate.net.WebSocket;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a control channel from being idle where a proxy is on the way: proxies cut what is idle, and TCP's own keep-alive ends at them.
 * Sends Pongs that answer nothing, as the official clients do (RFC 6455 section 5.5.3); Azure is said to drop listeners that send Pings.
 */
final class SignsOfLife implements AutoCloseable {

    /** Half of the shortest time after which proxies are known to cut. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    private final WebSocket socket;
    private final Threads threads;
    private final Duration pause;
    private Deadlines.@Nullable Timer next;
    private boolean over;

    SignsOfLife(WebSocket socket, Threads threads, Duration pause) {
        this.socket = socket;
        this.threads = threads;
        this.pause = pause;
        later();
    }

    private synchronized void later() {
        if (!over) {
            next = Deadlines.shared().after(pause, () -> threads.start("pong", this::give));
        }
    }

    private void give() {
        try {
            socket.pong(new byte[0]);
            later();
        } catch (IOException e) {
            // Whoever reads the channel learns that it is lost.
        }
    }

    @Override
    public synchronized void close() {
        over = true;
        if (next != null) {
            next.cancel();
        }
    }
}
