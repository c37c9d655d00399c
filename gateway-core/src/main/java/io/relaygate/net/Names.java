package io.relaygate.net;

import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Host names, looked up anew whenever they are used. A look-up has a deadline like everything else; one that DNS does
 * not answer goes on in the background, one for each name however many wait for it. Safe for every thread.
 */
public final class Names {

    /** So many names that clients have chosen are looked up at once: each takes a thread. */
    private static final int MOST = 256;

    private static final Names SHARED = new Names(InetAddress::getAllByName, Integer.MAX_VALUE);
    private static final Names OF_CLIENTS = new Names(InetAddress::getAllByName, MOST);

    private final Lookup lookup;
    private final int most;
    private final ConcurrentHashMap<String, CompletableFuture<InetAddress[]>> underWay = new ConcurrentHashMap<>();

    /** Asks whoever knows names; may take as long as it likes. */
    @FunctionalInterface
    public interface Lookup {
        /** All addresses of a host. */
        InetAddress[] of(String host) throws UnknownHostException;
    }

    /** Something that is tried with one address of a host. */
    @FunctionalInterface
    public interface Attempt<T> {
        /** Succeeds by the deadline or throws. */
        T at(InetAddress address, Instant deadline) throws IOException;
    }

    /** Says of an address that it may not be connected to. */
    @FunctionalInterface
    public interface Gate {
        /**
         * Looks at it.
         *
         * @throws IOException with the reason
         */
        void check(InetAddress address) throws IOException;
    }

    /** Goes on with a connection. */
    @FunctionalInterface
    public interface Then<T> {
        /** Succeeds by the deadline, or throws and has closed the link. */
        T with(SocketLink link, InetSocketAddress to, Instant deadline) throws IOException;
    }

    /**
     * Names that are looked up so.
     *
     * @param most how many are at once; one more has no address
     */
    public Names(Lookup lookup, int most) {
        this.lookup = lookup;
        this.most = most;
    }

    /** The names that the system knows, for those in the configuration. */
    public static Names shared() {
        return SHARED;
    }

    /** The same for names that clients choose: however many they ask for, those of the configuration are not hindered. */
    public static Names ofClients() {
        return OF_CLIENTS;
    }

    /**
     * Tries the addresses of a host in their order, both families, until one does; each gets its share of the time that
     * is left, so that one that swallows everything leaves time for the others.
     *
     * @throws UnknownHostException if the host has no address
     * @throws SocketTimeoutException if DNS does not answer in time
     * @throws IOException what the last address answered, if none did
     */
    public <T> T tryEach(String host, Instant deadline, Attempt<T> attempt) throws IOException {
        List<InetAddress> addresses = alternating(resolve(host, deadline));
        IOException failure = null;
        for (int i = 0; i < addresses.size(); i++) {
            try {
                return attempt.at(addresses.get(i), share(deadline, addresses.size() - i));
            } catch (IOException e) {
                failure = both(failure, e);
            }
        }
        throw both(failure, failure == null ? new UnknownHostException(host) : null);
    }

    /**
     * Connects to a host, to several of its addresses at once if the first is slow (RFC 8305): one that swallows everything costs a
     * quarter of a second. An address with which nothing can be begun gives its place to the others.
     *
     * @param gate which addresses may be connected to; the one that it has looked at is the one that is connected to
     * @param then what is done with the connection; it has its share of the time that is left
     * @throws UnknownHostException if the host has no address
     * @throws SocketTimeoutException if DNS does not answer in time
     * @throws IOException what the last address answered, if none did
     */
    public <T> T connect(HostPort host, Instant deadline, Gate gate, Then<T> then) throws IOException {
        List<InetSocketAddress> left = new ArrayList<>();
        IOException failure = null;
        for (InetAddress address : alternating(resolve(host.host(), deadline))) {
            try {
                gate.check(address);
                left.add(new InetSocketAddress(address, host.port()));
            } catch (IOException e) {
                failure = both(failure, e);
            }
        }
        while (!left.isEmpty()) {
            List<InetSocketAddress> tried = left;
            left = List.of();
            try {
                AddressRace.Won won = new AddressRace(SocketLink::connect, AddressRace.STAGGER).run(tried, deadline);
                left = won.others();
                return then.with(won.link(), won.address(), share(deadline, left.size() + 1));
            } catch (IOException e) {
                failure = both(failure, e);
            }
        }
        throw both(failure, failure == null ? new UnknownHostException(host.host()) : null);
    }

    private static Instant share(Instant deadline, int among) {
        Instant now = Instant.now();
        return now.plus(Duration.between(now, deadline).dividedBy(among));
    }

    /** One family after the other, the system's first choice first (RFC 8305 section 4). */
    static List<InetAddress> alternating(InetAddress[] addresses) {
        List<InetAddress> own = new ArrayList<>();
        Deque<InetAddress> others = new ArrayDeque<>();
        for (InetAddress each : new LinkedHashSet<>(List.of(addresses))) {
            boolean sameFamily = each.getAddress().length == addresses[0].getAddress().length;
            (sameFamily ? own : others).add(each);
        }
        List<InetAddress> all = new ArrayList<>();
        for (InetAddress each : own) {
            all.add(each);
            if (!others.isEmpty()) {
                all.add(others.poll());
            }
        }
        all.addAll(others);
        return all;
    }

    /** The later of two failures, which keeps the other; one of them is there. */
    static IOException both(@Nullable IOException earlier, @Nullable IOException later) {
        if (later == null) {
            return Objects.requireNonNull(earlier);
        }
        if (earlier != null) {
            later.addSuppressed(earlier);
        }
        return later;
    }

    /**
     * All addresses of a host, both families; of an address, itself.
     *
     * @throws UnknownHostException if the host has no address
     * @throws SocketTimeoutException if DNS does not answer in time
     */
    public InetAddress[] resolve(String host, Instant deadline) throws IOException {
        try {
            return new InetAddress[] {InetAddress.ofLiteral(host)};
        } catch (IllegalArgumentException e) {
            // No literal: a name.
        }
        if (underWay.size() >= most && !underWay.containsKey(host)) {
            throw new UnknownHostException("too many names are being looked up; " + host + " was not");
        }
        CompletableFuture<InetAddress[]> answer = underWay.computeIfAbsent(host, this::ask);
        try {
            return answer.get(Math.max(0, Duration.between(Instant.now(), deadline).toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            SocketTimeoutException timeout = new SocketTimeoutException("DNS did not answer in time for " + host);
            timeout.initCause(e);
            throw timeout;
        } catch (ExecutionException e) {
            UnknownHostException unknown = new UnknownHostException("the name " + host + " has no address");
            unknown.initCause(e.getCause());
            throw unknown;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }

    /** On a platform thread: the system's look-up blocks whatever thread it runs on. */
    private CompletableFuture<InetAddress[]> ask(String host) {
        CompletableFuture<InetAddress[]> answer = new CompletableFuture<>();
        Threads.ofItsOwn().name("dns " + host).start(() -> {
            try {
                answer.complete(lookup.of(host));
            } catch (UnknownHostException | RuntimeException e) {
                answer.completeExceptionally(e);
            } finally {
                underWay.remove(host, answer);
            }
        });
        return answer;
    }
}
