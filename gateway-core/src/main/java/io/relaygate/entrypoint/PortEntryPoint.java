package io.relaygate.entrypoint;

import io.relaygate.access.Arrival;
import io.relaygate.access.CallerLimits;
import io.relaygate.access.Client;
import io.relaygate.access.SourceLimits;
import io.relaygate.net.Address;
import io.relaygate.net.Alpn;
import io.relaygate.net.SocketLink;
import io.relaygate.net.Threads;
import io.relaygate.relay.Relay;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP port or Unix socket that is listened on. */
public final class PortEntryPoint implements EntryPoint {

    private static final Logger LOG = LoggerFactory.getLogger(PortEntryPoint.class);

    /** How long to wait after a failed accept (no descriptors left, for example) before the next. */
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    /** How many clients may wait in the kernel to be accepted; the kernel may allow fewer. They hold no heap. */
    public static final int BACKLOG = 4096;

    private volatile String name;
    private final Address asked;
    private final ServerSocketChannel server;
    private final @Nullable SocketFile file;
    private final Threads threads;
    private final InstantSource clock;
    private final Consumer<Arrival> arrivals;
    private final Places places;
    private final SourceLimits limits = new SourceLimits();
    private final CallerLimits callers = new CallerLimits();
    private volatile EntryPointSettings settings;
    private volatile Front front;
    private volatile @Nullable Thread accepting;

    private PortEntryPoint(
            String name,
            EntryPointSettings settings,
            Front front,
            ServerSocketChannel server,
            Threads threads,
            InstantSource clock,
            Consumer<Arrival> arrivals) {
        this.name = name;
        this.settings = settings;
        this.front = front;
        this.asked = Objects.requireNonNull(settings.listen());
        this.server = server;
        this.file = asked instanceof Address.Unix(Path path) ? new SocketFile(path) : null;
        this.threads = threads;
        this.clock = clock;
        this.arrivals = arrivals;
        this.places = new Places(settings.maxSessions());
    }

    /**
     * Binds; no client is taken before {@link #start}.
     *
     * @param alpn what its routes speak inside TLS
     * @param arrivals takes every arrival, on a thread of its own
     * @throws IOException if the address cannot be bound, or a file cannot be read; the message names it
     */
    public static PortEntryPoint open(
            String name,
            EntryPointSettings settings,
            Alpn alpn,
            Threads threads,
            InstantSource clock,
            Consumer<Arrival> arrivals)
            throws IOException {
        Address address = Objects.requireNonNull(settings.listen());
        Front front = Front.of(settings, alpn);
        return new PortEntryPoint(name, settings, front, bind(name, address), threads, clock, arrivals);
    }

    /**
     * Reads the certificates that the settings of a port name, as {@link #open} will.
     *
     * @throws IOException if one cannot be read or is wrong; the message names the file
     */
    public static void checkTls(TlsSettings settings) throws IOException {
        Front.server(settings, Alpn.NONE);
    }

    private static ServerSocketChannel bind(String name, Address address) throws IOException {
        ServerSocketChannel server =
                switch (address) {
                    case Address.Tcp tcp -> ServerSocketChannel.open();
                    case Address.Unix unix -> ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                };
        try {
            switch (address) {
                case Address.Tcp(var hostPort) -> {
                    server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                    server.bind(new InetSocketAddress(hostPort.host(), hostPort.port()), BACKLOG);
                }
                case Address.Unix(Path path) -> {
                    SocketFile.makeWay(path);
                    server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
                }
            }
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw new BindException("entry point " + name + ": cannot listen on " + address + ": " + reason(e));
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Lets none connect but processes of this user, if it is a Unix socket; before {@link #start}. */
    public void restrict() throws IOException {
        if (file != null) {
            file.restrict();
        }
    }

    /** Begins to take clients. */
    public void start() {
        accepting = threads.start("accept " + name, this::acceptUntilClosed);
    }

    private void acceptUntilClosed() {
        while (server.isOpen()) {
            places.take();
            try {
                SocketChannel accepted = server.accept();
                threads.start("session " + name, () -> handOn(accepted));
            } catch (ClosedChannelException e) {
                places.giveBack();
                return;
            } catch (IOException e) {
                places.giveBack();
                LOG.atWarn().addKeyValue("entryPoint", name).addKeyValue("reason", reason(e)).log("cannot accept");
                places.pause(ACCEPT_PAUSE);
            }
        }
    }

    private void handOn(SocketChannel accepted) {
        try {
            Newcomer client = new Newcomer(SocketLink.of(accepted), accepted.getRemoteAddress());
            EntryPointSettings now = settings;
            Front passed = front;
            Instant began = clock.instant();
            Instant deadline = began.plus(now.routeTimeout());
            Client met = meet(client, passed, deadline);
            arrivals.accept(new Arrival(
                    name,
                    SessionIds.next(),
                    client.source,
                    client.address,
                    client.caller,
                    client.tls,
                    null,
                    null,
                    null,
                    null,
                    began,
                    deadline,
                    now.silence(),
                    met));
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("entryPoint", name).addKeyValue("reason", reason(e)).log("client left at once");
        } finally {
            places.giveBack();
        }
    }

    /** The client as the routes see it: taken, or turned away. */
    private Client meet(Newcomer client, Front passed, Instant deadline) {
        ConnectedClient.Calling calling = caller -> passed.calls(callers, caller);
        Consumer<@Nullable RefusedException> over = refusal -> passed.over(client, limits, refusal);
        try {
            passed.pass(client, limits, deadline);
            return new ConnectedClient(client.link, () -> front.again(client, clock.instant()), calling, over);
        } catch (IOException e) {
            return new ConnectedClient(
                    client.link,
                    () -> {
                        throw e;
                    },
                    calling,
                    over);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public EntryPointSettings settings() {
        return settings;
    }

    @Override
    public List<String> addresses() {
        try {
            return switch (server.getLocalAddress()) {
                case InetSocketAddress internet -> List.of(SocketLink.text(internet));
                case null -> List.of();
                default -> List.of(asked.toString());
            };
        } catch (IOException closed) {
            return List.of();
        }
    }

    @Override
    public @Nullable String trouble() {
        return server.isOpen() ? null : asked + " is closed";
    }

    @Override
    public boolean fits(EntryPointSettings other, List<Relay> relays) {
        return asked.equals(other.listen());
    }

    @Override
    public Runnable prepare(String changedName, EntryPointSettings changed, Alpn alpn) throws IOException {
        Front changedFront = Front.of(changed, alpn);
        return () -> {
            name = changedName;
            settings = changed;
            front = changedFront;
            places.limit(changed.maxSessions());
        };
    }

    @Override
    public void release() {
        // Sessions are their own.
    }

    /** Frees the address: a channel is closed only when the thread that is blocked in it has left. */
    @Override
    public void close() {
        try {
            server.close();
            if (file != null) {
                file.delete();
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("entryPoint", name).addKeyValue("reason", reason(e)).log("cannot close");
        }
        places.release();
        Thread thread = accepting;
        try {
            if (thread != null && !thread.join(CLOSE_LIMIT)) {
                LOG.atWarn().addKeyValue("entryPoint", name).log("still accepts");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
