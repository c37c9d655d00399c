package io.relaygate.relay;

import io.relaygate.net.Backoff;
import io.relaygate.net.HttpHead;
import io.relaygate.net.WebSocket;
import io.relaygate.relay.Dialer.Opened;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One control channel: listens, and listens again after every loss, until closed. A channel on which nothing has come
 * for the silence limit is lost. Its thread receives; the token is renewed on it well before it ends.
 */
final class ControlChannel {

    /** Three times the 210 s at which Azure sends a Pong. */
    private static final Duration AZURE_SILENCE_LIMIT = Duration.ofSeconds(630);

    private static final Duration DIAL_LIMIT = Duration.ofSeconds(15);
    private static final Duration QUOTA_PAUSE = Duration.ofSeconds(30);
    private static final int LARGEST_MESSAGE = 256 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ControlChannel.class);

    private final AzureRelay relay;
    private final String hybridConnection;
    private final RelayListener siblings;
    private final Consumer<Offer> arrivals;
    private final Backoff backoff = new Backoff(InstantSource.system(), RandomGenerator.getDefault());
    private final ShownToken token;
    private volatile @Nullable WebSocket socket;
    private volatile @Nullable ControlRequests requests;
    private volatile boolean closed;
    private volatile String trouble = "not yet tried";
    private @Nullable Runnable abortDialling;

    ControlChannel(AzureRelay relay, String hybridConnection, RelayListener siblings, Consumer<Offer> arrivals) {
        this.relay = relay;
        this.hybridConnection = hybridConnection;
        this.siblings = siblings;
        this.arrivals = arrivals;
        this.token = new ShownToken(relay, hybridConnection);
    }

    boolean up() {
        return socket != null;
    }

    /** What is wrong, if the channel is not up. */
    String trouble() {
        return trouble;
    }

    void run() {
        while (!closed) {
            Duration pause;
            try {
                Opened opened = dial();
                if (opened.granted()) {
                    listenOn(opened);
                    pause = backoff.next();
                } else {
                    opened.link().close();
                    pause = refused(opened.answer());
                }
            } catch (IOException e) {
                relay.reached(false);
                lost("connecting", String.valueOf(e.getMessage()));
                pause = backoff.next();
            }
            pause(pause);
        }
    }

    private Opened dial() throws IOException {
        Instant deadline = Instant.now().plus(DIAL_LIMIT);
        try {
            Opened opened = relay.open(
                    "/$hc/" + hybridConnection,
                    "listen",
                    token.show(deadline),
                    List.of(),
                    deadline,
                    link -> abortable(link::abort));
            relay.clock().correct(opened.answer().field("Date"));
            return opened;
        } finally {
            abortable(null);
        }
    }

    private synchronized void abortable(@Nullable Runnable abort) {
        abortDialling = abort;
        if (closed && abort != null) {
            abort.run();
        }
    }

    private void listenOn(Opened opened) {
        WebSocket mine = WebSocket.client(opened.link(), LARGEST_MESSAGE);
        Duration silence = silenceLimit(opened.answer());
        backoff.succeeded();
        relay.reached(true);
        ControlRequests asked = new ControlRequests(relay, hybridConnection, mine, arrivals);
        requests = asked;
        socket = mine;
        token.renewOn(mine);
        LOG.atInfo()
                .addKeyValue("namespace", relay.name())
                .addKeyValue("hybridConnection", hybridConnection)
                .log("control channel up");
        String end;
        try (SignsOfLife _ = relay.isProxied() ? new SignsOfLife(mine, relay.threads(), SignsOfLife.PAUSE) : null) {
            end = closed ? "closed" : receive(mine, asked, silence);
        } catch (SocketTimeoutException e) {
            end = "nothing came for " + silence.toMillis() + " ms";
        } catch (IOException e) {
            end = String.valueOf(e.getMessage());
        } finally {
            socket = null;
            token.rest();
            asked.lost();
        }
        mine.close();
        lost("control channel lost", end);
    }

    private String receive(WebSocket mine, ControlRequests asked, Duration silence) throws IOException {
        while (true) {
            mine.deadline(Instant.now().plus(silence));
            switch (mine.receive()) {
                case WebSocket.Text(String text) -> handle(asked, text);
                case WebSocket.Binary(ByteBuffer bytes) -> asked.body(bytes);
                case WebSocket.Close(int code, String reason) -> {
                    return "the relay closed it: " + code + " " + reason;
                }
                case WebSocket.Ping _, WebSocket.Pong _ -> {}
            }
        }
    }

    private void handle(ControlRequests asked, String text) {
        asked.noBody();
        ControlMessage message;
        try {
            message = ControlMessage.parse(text);
        } catch (IllegalArgumentException e) {
            LOG.atWarn().addKeyValue("namespace", relay.name()).log("control message ignored: {}", e.getMessage());
            return;
        }
        switch (message) {
            case ControlMessage.Accept accept -> {
                Offer offer = new RendezvousOffer(relay.dialer(), hybridConnection, accept);
                relay.threads().start("offer-" + hybridConnection, () -> arrivals.accept(offer));
            }
            case ControlMessage.Request request -> asked.request(request);
            case ControlMessage.RenewToken _, ControlMessage.Response _ -> LOG.atWarn()
                    .addKeyValue("namespace", relay.name())
                    .log("control message ignored: it is for relays");
            case ControlMessage.Unknown(String command) -> LOG.atInfo()
                    .addKeyValue("namespace", relay.name())
                    .addKeyValue("command", command.substring(0, Math.min(64, command.length())))
                    .log("control message ignored: unknown command");
        }
    }

    private Duration silenceLimit(HttpHead answer) {
        Duration configured = relay.silenceLimit();
        if (configured != null) {
            return configured;
        }
        String cadence = answer.field(RelayHeaders.CADENCE);
        boolean usable = cadence != null && cadence.matches("[1-9][0-9]{0,6}");
        return usable ? Duration.ofMillis(3 * Long.parseLong(String.valueOf(cadence))) : AZURE_SILENCE_LIMIT;
    }

    private Duration refused(HttpHead answer) {
        String phrase = answer.reason();
        String said = answer.status() + " " + phrase;
        boolean quota = phrase.toLowerCase(Locale.ROOT).contains("quota") || phrase.contains("MaximumListeners");
        if (quota && siblings.connected() > 0) {
            trouble = "the listener quota is used up";
            LOG.atInfo()
                    .addKeyValue("namespace", relay.name())
                    .addKeyValue("hybridConnection", hybridConnection)
                    .log("no further control channel: the listener quota is used up");
            return QUOTA_PAUSE;
        }
        boolean credential = !quota && (answer.status() == 401 || answer.status() == 403);
        relay.reached(!credential);
        String only = credential ? relay.credentials().onlyFor() : null;
        String advice = only != null && !only.equalsIgnoreCase(hybridConnection)
                ? "; the connection string is for '" + only + "'"
                : credential ? "; " + Refusal.advice(phrase, relay.credentials().isIdentity()) : "";
        lost("refused", said + advice);
        return backoff.next();
    }

    private void lost(String what, String why) {
        // Every answer has a tracking id of its own; the same trouble is told once.
        String cause = why.replaceFirst(" TrackingId:\\S+", "").replaceFirst(", Timestamp:[0-9T:-]+", "");
        boolean news = !cause.equals(trouble);
        trouble = cause;
        if (closed) {
            return;
        }
        (news ? LOG.atWarn() : LOG.atDebug())
                .addKeyValue("namespace", relay.name())
                .addKeyValue("hybridConnection", hybridConnection)
                .addKeyValue("reason", why)
                .log("{}; listening again", what);
    }

    private synchronized void pause(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (!closed) {
                long millis = (end - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return;
                }
                wait(millis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /** Stops; returns at once. Requests that are not answered go on, each over a rendezvous of its own. */
    void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
            if (abortDialling != null) {
                abortDialling.run();
            }
        }
        WebSocket mine = socket;
        ControlRequests asked = requests;
        if (mine != null && asked != null) {
            relay.threads().start("control-close", () -> {
                asked.leave();
                mine.close(1000, "listener closed");
            });
        }
    }
}
