package io.relaygate.relay.server;

import io.relaygate.net.Threads;
import io.relaygate.net.WebSocket;
import io.relaygate.relay.ControlMessage;
import io.relaygate.relay.PercentText;
import io.relaygate.relay.server.AccessRules.Verdict;
import io.relaygate.relay.server.Waiting.Outcome;
import io.relaygate.relay.server.Waiting.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control channel: somebody who listens over the wire. One thread receives, one sends: offers, signs of life at the
 * relay's cadence, and the end once the token has been over for longer than the grace.
 */
final class WireListener implements Endpoint.Listener {

    /** Offers that a listener has not yet been told of; one that is further behind is stuck. */
    private static final int BACKLOG = 256;

    /** A listener that has been silent for so long is asked, and after the second time has had to answer. */
    private static final Duration ASK_AFTER = Duration.ofSeconds(30);

    private static final Duration DEAD_AFTER = Duration.ofSeconds(100);

    private static final Logger LOG = LoggerFactory.getLogger(WireListener.class);

    /** Makes the thread that sends look up. */
    private static final Exchange.Message WAKE = new Exchange.Message("", null);

    private final Endpoint endpoint;
    private final HybridRequest request;
    private final String id;
    private final Conduct conduct;
    private final Duration grace;
    private final InstantSource clock;
    private final Function<String, Verdict> judge;
    private final BlockingQueue<Exchange.Message> outgoing = new ArrayBlockingQueue<>(BACKLOG);
    private final Set<Waiting> offered = ConcurrentHashMap.newKeySet();
    private final HandedRequests requests = new HandedRequests();
    private volatile Instant tokenEnds;
    private volatile long heard = System.nanoTime();
    private volatile boolean answers = true;
    private volatile @Nullable String dismissed;
    private volatile boolean over;
    private boolean left;

    /**
     * A listener whose handshake was judged.
     *
     * @param grace how long it may stay after its token has ended
     * @param tokenEnds when its token ends
     * @param judge judges a renewed token
     */
    WireListener(
            Endpoint endpoint,
            HybridRequest request,
            Conduct conduct,
            Duration grace,
            InstantSource clock,
            Instant tokenEnds,
            Function<String, Verdict> judge) {
        this.endpoint = endpoint;
        this.request = request;
        String guid = request.guid();
        this.id = guid == null ? UUID.randomUUID().toString() : guid;
        this.conduct = conduct;
        this.grace = grace;
        this.clock = clock;
        this.tokenEnds = tokenEnds;
        this.judge = judge;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String source() {
        return request.listener(endpoint.path());
    }

    @Override
    public boolean answers() {
        return answers;
    }

    @Override
    public boolean offer(Waiting sender) {
        if (over) {
            return false;
        }
        offered.add(sender);
        if (over || !outgoing.offer(new Exchange.Message(accept(sender).toJson(), null))) {
            offered.remove(sender);
            return false;
        }
        return true;
    }

    @Override
    public void done(Waiting sender, boolean answered) {
        offered.remove(sender);
        answers &= answered;
    }

    @Override
    public boolean offer(Exchange exchange) {
        if (over) {
            return false;
        }
        String address =
                Rendezvous.address(request.host(), endpoint.path() + "?", "request", exchange.id(), exchange.secret());
        requests.add(exchange);
        if (over || !outgoing.offer(exchange.message(address))) {
            requests.remove(exchange);
            return false;
        }
        return true;
    }

    @Override
    public void done(Exchange exchange) {
        requests.remove(exchange);
    }

    @Override
    public void dismiss(String why) {
        dismissed = why;
        outgoing.offer(WAKE);
    }

    private ControlMessage.Accept accept(Waiting sender) {
        Request from = sender.request();
        String path = PercentText.makeSafe(from.path());
        String target = (conduct.keepsCase() ? path : path.toLowerCase(Locale.ROOT)) + "?"
                + (from.query().isEmpty() ? "" : PercentText.makeSafe(from.query()) + "&");
        String address = Rendezvous.address(request.host(), target, "accept", from.id(), sender.secret());
        return new ControlMessage.Accept(address, from.id(), from.headers(), from.address(), from.port());
    }

    /** Serves the control channel on the calling thread and one more, until it ends. */
    void run(WebSocket socket, Threads threads) {
        Thread sending = threads.start("relay-control-send", () -> send(socket));
        String end = "";
        try {
            end = receive(socket);
        } catch (IOException e) {
            end = String.valueOf(e.getMessage());
        } finally {
            endpoint.remove(this, over || left ? Duration.ZERO : conduct.haunting());
            over = true;
            outgoing.offer(WAKE);
            requests.lost();
            // Whose rendezvous is being opened needs this channel no more.
            offered.stream().filter(Waiting::claim).forEach(s -> s.end(new Outcome.Given(Answer.LISTENER_LOST)));
            socket.close();
            LOG.atInfo()
                    .addKeyValue("hybridConnection", endpoint.path())
                    .addKeyValue("listener", id)
                    .addKeyValue("reason", end)
                    .log("listener left");
            join(sending);
        }
    }

    private String receive(WebSocket socket) throws IOException {
        while (true) {
            socket.deadline(conduct.asks() ? Instant.now().plus(DEAD_AFTER) : null);
            WebSocket.Message message = socket.receive();
            heard = System.nanoTime();
            answers = true;
            switch (message) {
                case WebSocket.Close(int code, String reason) -> {
                    left = true;
                    return "closed by the listener: " + code + " " + reason;
                }
                case WebSocket.Text(String text) -> {
                    if (!handle(text)) {
                        socket.close(1008, trackable("The renewed token is invalid."));
                        return "renewed token refused";
                    }
                }
                case WebSocket.Binary(ByteBuffer bytes) -> requests.body(bytes);
                case WebSocket.Ping _ when !conduct.bearsPings() -> {
                    socket.abort();
                    return "it pings";
                }
                case WebSocket.Ping _, WebSocket.Pong _ -> {}
            }
        }
    }

    /** False if the channel must end. */
    private boolean handle(String text) {
        requests.noBody();
        ControlMessage message;
        try {
            message = ControlMessage.parse(text);
        } catch (IllegalArgumentException e) {
            LOG.atWarn().addKeyValue("listener", id).log("control message ignored: {}", e.getMessage());
            return true;
        }
        switch (message) {
            case ControlMessage.RenewToken(String token) -> {
                Verdict verdict = judge.apply(token);
                if (!(verdict instanceof Verdict.Granted(Instant until))) {
                    return false;
                }
                tokenEnds = until;
            }
            case ControlMessage.Response response -> requests.answer(response);
            case ControlMessage.Accept _, ControlMessage.Request _, ControlMessage.Unknown _ -> LOG.atInfo()
                    .addKeyValue("listener", id)
                    .log("control message ignored: not for relays");
        }
        return true;
    }

    private void send(WebSocket socket) {
        long asked = System.nanoTime();
        try {
            while (!over) {
                Duration life = Duration.between(clock.instant(), tokenEnds.plus(grace));
                if (!life.isPositive()) {
                    over = true;
                    socket.close(1008, trackable("ExpiredToken: The token is expired."));
                    return;
                }
                long wait = Math.min(conduct.cadence().toMillis(), Math.max(1, life.toMillis()));
                Exchange.Message message = outgoing.poll(wait, TimeUnit.MILLISECONDS);
                if (over) {
                    return;
                }
                String why = dismissed;
                if (why != null) {
                    over = true;
                    socket.close(1001, trackable(why));
                    return;
                }
                if (message != null) {
                    send(socket, message);
                }
                // However busy the channel is with offers: a listener that only takes them says nothing by itself.
                long now = System.nanoTime();
                if (conduct.asks() && now - heard > ASK_AFTER.toNanos() && now - asked > conduct.cadence().toNanos()) {
                    asked = now;
                    socket.ping(new byte[0]);
                } else if (message == null) {
                    socket.pong(new byte[0]);
                }
            }
        } catch (IOException e) {
            socket.abort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            socket.abort();
        }
    }

    /** The body directly follows: some listeners take whatever comes next for it. */
    private static void send(WebSocket socket, Exchange.Message message) throws IOException {
        socket.sendText(message.text());
        byte[] body = message.body();
        if (body != null) {
            socket.sendBinary(body);
        }
    }

    private String trackable(String words) {
        return words + " TrackingId:" + UUID.randomUUID() + "_G0";
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
