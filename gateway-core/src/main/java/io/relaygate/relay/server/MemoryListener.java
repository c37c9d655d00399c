package io.relaygate.relay.server;

import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.relay.ControlMessage;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Refusal;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.RequestOffer;
import io.relaygate.relay.server.Waiting.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A gateway of this process that listens. */
final class MemoryListener implements RelayListener, Endpoint.Listener {

    private final Endpoint endpoint;
    private final EmbeddedRelay relay;
    private final Threads threads;
    private final Consumer<Offer> arrivals;
    private final Consumer<MemoryListener> forget;
    private final String id = UUID.randomUUID().toString();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Map<Exchange, RequestOffer> requests = new ConcurrentHashMap<>();

    /**
     * A listener that is yet to be added.
     *
     * @param forget is told when this listener closes
     */
    MemoryListener(
            Endpoint endpoint, EmbeddedRelay relay, Consumer<Offer> arrivals, Consumer<MemoryListener> forget) {
        this.endpoint = endpoint;
        this.relay = relay;
        this.threads = relay.threads();
        this.arrivals = arrivals;
        this.forget = forget;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String source() {
        return "memory";
    }

    @Override
    public boolean answers() {
        return true;
    }

    @Override
    public boolean offer(Waiting sender) {
        if (closed.get()) {
            return false;
        }
        threads.start("offer-" + endpoint.path(), () -> arrivals.accept(new MemoryOffer(sender)));
        return true;
    }

    @Override
    public void done(Waiting sender, boolean answered) {
        // A gateway of this process is busy if it does not answer, but it is not gone.
    }

    @Override
    public boolean offer(Exchange exchange) {
        if (closed.get()) {
            return false;
        }
        Exchange.Message message = exchange.message("wss://localhost/$hc/" + endpoint.path() + "?sb-hc-action=request");
        ControlMessage.Request request = new ControlMessage.Request(
                exchange.address(), exchange.id(), exchange.whole() ? exchange.call() : null);
        byte[] body = message.body();
        RequestOffer offer = new RequestOffer(
                request, body == null ? new byte[0] : body, "localhost", new MemoryWay(exchange, relay), threads, relay.timer());
        requests.put(exchange, offer);
        threads.start("request-" + endpoint.path(), () -> arrivals.accept(offer));
        return true;
    }

    @Override
    public void done(Exchange exchange) {
        RequestOffer offer = requests.remove(exchange);
        if (offer != null) {
            offer.lost();
        }
    }

    /** The answer to an HTTP request needs no channel. */
    private record MemoryWay(Exchange exchange, EmbeddedRelay relay) implements RequestOffer.Way {

        @Override
        public void answer(ControlMessage.Response response, byte[] body) throws IOException {
            if (!exchange.end(new Exchange.Outcome.Answered(response, body))) {
                throw new IOException("the sender has left");
            }
        }

        @Override
        public Link open(Instant deadline) throws IOException {
            PipeLink.Pair pair = PipeLink.pair();
            Link theirs = relay.tracked(pair.a());
            if (!exchange.claim() || !exchange.end(new Exchange.Outcome.Opened(theirs))) {
                theirs.abort();
                throw new IOException("the sender has left");
            }
            return pair.b();
        }

        @Override
        public void over() {
            // The relay knows by itself when the exchange is.
        }
    }

    @Override
    public void dismiss(String why) {
        close();
    }

    @Override
    public int connected() {
        return closed.get() || !relay.isOpen() ? 0 : 1;
    }

    @Override
    public int wanted() {
        return 1;
    }

    @Override
    public String state() {
        return connected() > 0 ? "listening" : "closed";
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            endpoint.remove(this);
            forget.accept(this);
        }
    }

    /** A sender that waits. */
    private record MemoryOffer(Waiting sender) implements Offer {

        @Override
        public @Nullable String service() {
            String suffix = sender.request().suffix();
            return suffix.isEmpty() ? headers().get(RelayHeaders.SERVICE) : suffix;
        }

        @Override
        public Map<String, String> headers() {
            return sender.request().headers();
        }

        @Override
        public String remote() {
            String address = sender.request().address();
            return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + sender.request().port();
        }

        @Override
        public Link accept(Instant deadline) throws IOException {
            Handover<Link> connection = new Handover<>();
            if (!sender.end(new Outcome.Taken(connection))) {
                throw new IOException("the sender has left, or was accepted or rejected before");
            }
            Link link = connection.take(Duration.between(Instant.now(), deadline));
            if (link == null) {
                throw new IOException("the sender has left");
            }
            return link;
        }

        @Override
        public void reject(int status, String reason) {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("a rejection has a status of 400 to 599, not " + status);
            }
            sender.end(new Outcome.Rejected(status, Refusal.text(reason)));
        }
    }
}
