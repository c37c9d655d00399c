package io.relaygate.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.access.AbsentClient;
import io.relaygate.access.Admission;
import io.relaygate.access.Arrival;
import io.relaygate.access.OwnPorts;
import io.relaygate.access.SharedUse;
import io.relaygate.destination.AddressDestination;
import io.relaygate.destination.Destination;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.Pool;
import io.relaygate.destination.PoolSettings;
import io.relaygate.destination.SqlBrowser;
import io.relaygate.net.Address;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Names;
import io.relaygate.net.Threads;
import io.relaygate.observe.AuditSettings.WhenFull;
import io.relaygate.observe.AuditSettings;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.FileSize;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the audit says of connections that are borrowed again and again. */
@Timeout(60)
class BorrowingTest {

    private static final DestinationName ECHO = DestinationName.parse("echo");

    @TempDir
    Path folder;

    @Test
    void auditHasOneRecordForEachAddressAndOneForEveryRefusal() throws IOException {
        Metrics metrics = new Metrics();
        AuditTrail audit = AuditTrail.of(
                new AuditSettings(folder.resolve("audit"), new FileSize(1 << 20), 1, WhenFull.DROP), InstantSource.system(), metrics);
        audit.open(writer -> Thread.ofPlatform().daemon().start(writer));
        AtomicBoolean closed = new AtomicBoolean();
        try (Threads threads = new Threads(1); ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Destination echo = echo(server.getLocalPort(), threads, metrics);
            Arrival arrival = new Arrival(
                    "in", "0".repeat(32), "192.0.2.7:51312", null, Caller.ANONYMOUS, null, null, null, null, null,
                    Instant.now(), Instant.now().plusSeconds(60), Duration.ZERO, new AbsentClient());
            LiveSession session = new LiveSession(arrival, threads, audit, new SessionMetrics(metrics, () -> 0));
            Callers callers = new Callers(arrival, new Admission.Open(), null, false, () -> {
                if (closed.get()) {
                    throw new RefusedException(Reason.NOT_ALLOWED, "not any more");
                }
            });
            session.routed(
                    new SessionFacts("0".repeat(32), "in", "r", Caller.ANONYMOUS, "test", null, Map.of(), ECHO, null),
                    "http", null, callers, name -> Optional.of(echo));
            for (int request = 0; request < 10; request++) {
                session.giveBack(session.borrow(Caller.ANONYMOUS, ECHO));
            }
            Connection borrowed = session.borrow(Caller.ANONYMOUS, ECHO);
            assertThat(session.peer(borrowed)).isEqualTo(new Session.Peer(new HostPort("localhost", server.getLocalPort()), false));
            session.giveBack(borrowed);
            assertThat(session.peer(borrowed)).as("a connection that is over").isNull();
            closed.set(true);
            for (int request = 0; request < 2; request++) {
                assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> session.borrow(Caller.ANONYMOUS, ECHO));
            }
            session.end(null);
            echo.end();
        }
        audit.close();
        List<String> records = Files.readAllLines(folder.resolve("audit"));
        assertThat(records).hasSize(3);
        assertThat(records.getFirst()).contains("\"decision\":\"ALLOWED\"");
        assertThat(records.subList(1, 3)).allMatch(line -> line.contains("\"decision\":\"REFUSED\"") && line.contains("not any more"));
    }

    private static Destination echo(int port, Threads threads, Metrics metrics) {
        DestinationSettings settings = new DestinationSettings(
                List.of(new Address.Tcp(new HostPort("localhost", port))), DestinationSettings.Policy.FAILOVER, Duration.ofSeconds(5),
                DestinationSettings.ProxyProtocol.NONE, List.of(), null, null, null, null, null);
        Pool pool = new Pool("echo", PoolSettings.USUAL, InstantSource.system(), Deadlines.shared(), threads, metrics);
        return new AddressDestination(
                "echo", settings, InstantSource.system(), new Random(1), Names.ofClients(), new OwnPorts(Map::of), new SharedUse(), pool, null, SqlBrowser.USUAL);
    }
}
