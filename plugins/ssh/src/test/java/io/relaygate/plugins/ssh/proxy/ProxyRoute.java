package io.relaygate.plugins.ssh.proxy;

import io.relaygate.Rehearsal;
import io.relaygate.config.ConfigException;
import io.relaygate.net.SocketLink;
import io.relaygate.observe.AuditRecord;
import io.relaygate.observe.SessionEnd;
import io.relaygate.observe.SessionEvent;
import io.relaygate.plugins.ssh.SshPlugin;
import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A route in mode {@code proxy} of the gateway itself, which clients reach at a port of the loopback. */
final class ProxyRoute implements AutoCloseable {

    private static final Duration ROUTE_TIMEOUT = Duration.ofSeconds(30);

    private final List<AuditRecord> told = new CopyOnWriteArrayList<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Clock clock = new Clock();
    private final ServerSocketChannel listener;
    private final Rehearsal rehearsal;

    /** The real one, and ahead of it as a test wants. */
    private static final class Clock implements InstantSource {
        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }
    }

    /**
     * Opens one.
     *
     * @param folder where the configuration and the files that it names are
     * @param route what the route says beside its name, in YAML
     * @param more what the configuration says besides
     * @param destinations their ports by their names
     */
    ProxyRoute(Path folder, String route, String more, Map<String, Integer> destinations) throws IOException, ConfigException {
        StringBuilder yaml = new StringBuilder("""
                stateDir: state
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes:
                  - name: test
                    from: in
                    protocol: ssh
                """);
        route.lines().forEach(line -> yaml.append("    ").append(line).append('\n'));
        yaml.append(more).append("destinations:\n");
        destinations.forEach((name, port) -> yaml.append("  ").append(name).append(": { addresses: [\"127.0.0.1:").append(port).append("\"] }\n"));
        Path file = Files.writeString(folder.resolve("gateway.yaml"), yaml);
        Protocol<?> ssh = new SshPlugin().protocols().getFirst();
        rehearsal = Rehearsal.open(
                file, Map.of("ssh", ssh),
                (name, asked, context) -> SocketLink.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Objects.requireNonNull(destinations.get(name.name()))), context.deadline()),
                told::add, clock);
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                rehearsal.serve("in", "%032x".formatted(numbers.incrementAndGet()), SocketLink.of(client), ROUTE_TIMEOUT);
            }
        } catch (IOException e) {
            // The route is closed.
        }
    }

    int port() {
        try {
            return ((InetSocketAddress) listener.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    int sessions() {
        return rehearsal.sessions();
    }

    String metrics() {
        return rehearsal.metrics();
    }

    void advance(Duration time) {
        clock.ahead = clock.ahead.plus(time);
        rehearsal.clockMoved();
    }

    /** What the audit was told of this, in their order. */
    List<Map<String, String>> events(String name) {
        return told.stream()
                .filter(SessionEvent.class::isInstance)
                .map(SessionEvent.class::cast)
                .filter(event -> event.event().equals(name))
                .map(SessionEvent::facts)
                .toList();
    }

    List<SessionEnd> endings() {
        return told.stream().filter(SessionEnd.class::isInstance).map(SessionEnd.class::cast).toList();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        rehearsal.close();
    }
}
