package io.relaygate.relay;

import io.relaygate.net.HttpHead;
import io.relaygate.net.Threads;
import io.relaygate.net.WebSocket;
import io.relaygate.relay.ControlMessage.Accept;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.relay.Dialer.Opened;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A listener of ours with one control channel. Senders that are not ours are told to try again. Any thread. */
final class ConformanceListener implements AutoCloseable {

    private static final int LARGEST_MESSAGE = 256 * 1024;

    private final ConformanceWire wire;
    private final Threads threads;
    private final HttpHead answer;
    private final WebSocket channel;
    private final BlockingQueue<Accept> accepts;
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> signs = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    private ConformanceListener(ConformanceWire wire, Threads threads, Opened opened, BlockingQueue<Accept> accepts) {
        this.accepts = accepts;
        this.wire = wire;
        this.threads = threads;
        this.answer = opened.answer();
        this.channel = WebSocket.client(opened.link(), LARGEST_MESSAGE);
    }

    /** Begins to listen. */
    static ConformanceListener open(ConformanceWire wire, Threads threads) throws IOException {
        return open(wire, threads, wire.token(), new LinkedBlockingQueue<>());
    }

    /**
     * Begins to listen.
     *
     * @param accepts gets the senders of ours of which it is told
     */
    static ConformanceListener open(ConformanceWire wire, Threads threads, @Nullable String token, BlockingQueue<Accept> accepts) throws IOException {
        Opened opened = wire.open("", "", "listen", token, List.of());
        if (!opened.granted()) {
            opened.link().abort();
            throw new IOException(opened.answer().status() + " " + opened.answer().reason());
        }
        ConformanceListener listener = new ConformanceListener(wire, threads, opened, accepts);
        threads.start("probe-control", listener::receive);
        return listener;
    }

    /** What the relay has answered. */
    HttpHead answer() {
        return answer;
    }

    WebSocket channel() {
        return channel;
    }

    private void receive() {
        try {
            while (true) {
                switch (channel.receive()) {
                    case WebSocket.Text(String text) -> take(ControlMessage.parse(text));
                    case WebSocket.Pong _ -> {
                        pongs.add("pong");
                        signs.add("pong");
                    }
                    case WebSocket.Ping _ -> signs.add("ping");
                    case WebSocket.Close(int code, String reason) -> {
                        ends.add(code + " " + reason);
                        signs.add("close");
                        channel.close();
                        return;
                    }
                    case WebSocket.Binary _ -> {}
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            ends.add(String.valueOf(e.getMessage()));
            signs.add("end");
            channel.close();
        }
    }

    private void take(ControlMessage message) throws IOException {
        switch (message) {
            case Accept accept when isOurs(accept.headers()) -> accepts.add(accept);
            case Accept accept -> threads.start("probe-stranger", () -> {
                try {
                    wire.turnAway(accept.address());
                } catch (IOException e) {
                    // The sender has left, or waits for a better listener.
                }
            });
            case Request request when request.call() != null && isOurs(request.call().headers()) -> requests.add(request);
            case Request request -> channel.sendText(new Response(request.id(), 503, "a probe listens for a moment; try again", Map.of(), false).toJson());
            default -> {}
        }
    }

    private boolean isOurs(Map<String, String> headers) {
        return headers.entrySet().stream().anyMatch(each -> each.getKey().equalsIgnoreCase(ConformanceWire.NONCE) && each.getValue().equals(wire.nonce()));
    }

    /** The next sender of ours that waits. */
    Accept accept() throws IOException {
        return next(accepts, Conformance.PATIENCE, "the relay has offered no sender");
    }

    /** The next HTTP request of ours. */
    Request request() throws IOException {
        return next(requests, Conformance.PATIENCE, "the relay has passed no request");
    }

    /** How the channel has ended; null if it has not within the limit. */
    @Nullable String ended(Duration limit) throws IOException {
        return within(ends, limit);
    }

    /** The next ping or pong, in a word, or that it has ended; null if none comes within the limit. */
    @Nullable String sign(Duration limit) {
        return within(signs, limit);
    }

    /** Whether a pong comes within the limit. */
    boolean ponged(Duration limit) throws IOException {
        return within(pongs, limit) != null;
    }

    static <T> T next(BlockingQueue<T> queue, Duration limit, String otherwise) throws IOException {
        T next = within(queue, limit);
        if (next == null) {
            throw new IOException(otherwise + " within " + limit.toSeconds() + " s");
        }
        return next;
    }

    private static <T> @Nullable T within(BlockingQueue<T> queue, Duration limit) {
        try {
            return queue.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }

    @Override
    public void close() {
        channel.close();
    }
}
