package io.relaygate.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
        InetAddress[] addresses = resolve(host, deadline);
        IOException failure = null;
        for (int i = 0; i < addresses.length; i++) {
            Instant now = Instant.now();
            Instant share = now.plus(Duration.between(now, deadline).dividedBy(addresses.length - i));
            try {
                return attempt.at(addresses[i], share);
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw failure == null ? new UnknownHostException(host) : failure;
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
