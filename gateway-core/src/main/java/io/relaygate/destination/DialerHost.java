package io.relaygate.destination;

import io.relaygate.net.ForeignLink;
import io.relaygate.net.LentThreads;
import io.relaygate.net.Link;
import io.relaygate.net.Names;
import io.relaygate.net.Threads;
import io.relaygate.observe.LentMetrics;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.DialerContext;
import io.relaygate.sdk.DialerHandle;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Metrics;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Trust;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a destination lends to the dialer that it is reached by. Any thread. */
public final class DialerHost implements DialerContext {

    private final String destination;
    private final LentThreads lent;
    private final LentMetrics metrics;
    private final Map<Trust, DestinationTls> tls = new ConcurrentHashMap<>();

    /**
     * For one destination.
     *
     * @param dialer the dialer's name, for its metrics among all
     */
    public DialerHost(String destination, String dialer, io.relaygate.observe.Metrics all, Threads threads) {
        this.destination = destination;
        this.metrics = LentMetrics.ofDestination(all, dialer, destination);
        this.lent = new LentThreads("destination " + destination, threads);
    }

    /** A dialer that is open. */
    public static final class Opened implements AutoCloseable {

        private final DialerHandle handle;
        private final LentThreads lent;
        private final LentMetrics metrics;

        private Opened(DialerHandle handle, LentThreads lent, LentMetrics metrics) {
            this.handle = handle;
            this.lent = lent;
            this.metrics = metrics;
        }

        /**
         * Whether the dialer connects to an address at all.
         *
         * @throws IllegalArgumentException if not, with what is wrong with it
         */
        public void requireTakes(DialTarget target) {
            handle.requireTakes(target);
        }

        /** Connects to an address over the dialer. */
        public Link dial(DialTarget target, Instant deadline) throws IOException {
            Link link = ForeignLink.of(handle.dial(target, deadline));
            link.deadline(null);
            return link;
        }

        @Override
        public void close() {
            handle.close();
            lent.end();
            metrics.close();
        }
    }

    /** Opens a dialer. */
    public Opened open(Function<DialerContext, DialerHandle> dialer) {
        return new Opened(dialer.apply(this), lent, metrics);
    }

    @Override
    public String destination() {
        return destination;
    }

    @Override
    public Connection connect(HostPort hop, @Nullable Trust trust, Instant deadline) throws IOException {
        try {
            return Names.shared().connect(hop, deadline, _ -> {}, (plain, _, share) -> {
                Link link = trust == null ? plain : tls(trust).over(plain, hop.host(), List.of(), share);
                link.deadline(deadline);
                return link;
            });
        } catch (IOException e) {
            throw new RefusedException(Reason.UNREACHABLE, hop + " on the way there " + inWords(e), e);
        }
    }

    @Override
    public ThreadFactory threads() {
        return lent;
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    private DestinationTls tls(Trust trust) {
        return tls.computeIfAbsent(trust, _ -> new DestinationTls(destination, trust));
    }

    private static String inWords(IOException e) {
        return switch (e) {
            case SocketTimeoutException _ -> "did not answer in time";
            case UnknownHostException _ -> "has no address in DNS";
            case ConnectException _ -> "refused the connection";
            default -> "failed: " + e.getMessage();
        };
    }
}
