package io.relaygate.relay.server;

import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Refusal;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.UnhandledRequest;
import io.relaygate.relay.server.Waiting.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A gateway of this process that listens. */
final class MemoryListener implements RelayListener, Endpoint.Listener {

    private final Endpoint endpoint;
    private final Threads threads;
    private final Consumer<Offer> arrivals;
    private final BooleanSupplier open;
    private final Consumer<MemoryListener> forget;
    private final String id = UUID.randomUUID().toString();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * A listener that is yet to be added.
     *
     * @param open whether the relay is
     * @param forget is told when this listener closes
     */
    MemoryListener(
            Endpoint endpoint,
            Threads threads,
            Consumer<Offer> arrivals,
            BooleanSupplier open,
            Consumer<MemoryListener> forget) {
        this.endpoint = endpoint;
        this.threads = threads;
        this.arrivals = arrivals;
        this.open = open;
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
    public boolean offer(Exchange request) {
        return !closed.get()
                && request.end(new Exchange.Outcome.Answered(
                        UnhandledRequest.response(request.id()), new byte[0]));
    }

    @Override
    public void done(Exchange request) {
        // It was answered at once.
    }

    @Override
    public void dismiss(String why) {
        close();
    }

    @Override
    public int connected() {
        return closed.get() || !open.getAsBoolean() ? 0 : 1;
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
