package io.relaygate.relay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaygate.access.Admission;
import io.relaygate.access.OwnPorts;
import io.relaygate.access.SharedUse;
import io.relaygate.access.Trust;
import io.relaygate.destination.AddressDestination;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.Pool;
import io.relaygate.destination.PoolSettings;
import io.relaygate.destination.SqlBrowser;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.RelayEntryPoint;
import io.relaygate.entrypoint.Tunnelling;
import io.relaygate.net.Address;
import io.relaygate.net.Deadlines;
import io.relaygate.net.HttpHead;
import io.relaygate.net.Names;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.Ending;
import io.relaygate.observe.LogEvent;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import io.relaygate.observe.SessionEnd;
import io.relaygate.relay.Relay;
import io.relaygate.relay.ShortTokens;
import io.relaygate.relay.Wire;
import io.relaygate.route.Route;
import io.relaygate.route.Router;
import io.relaygate.route.Routes;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.DestinationTemplate;
import io.relaygate.sdk.HostPort;
import io.relaygate.session.Sessions;
import io.relaygate.tunnel.Budget;
import io.relaygate.tunnel.CarrierRefusals;
import io.relaygate.tunnel.LaneSlots;
import io.relaygate.tunnel.Mode;
import io.relaygate.tunnel.TunnelSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A destination of a site takes a minute for the answer to an HTTP request, and a relay waits for one minute. */
@Timeout(60)
class RequestPatienceTest extends AtARelay {

    private final BlockingQueue<LogEvent> ends = new LinkedBlockingQueue<>();
    private ServerSocket destination;
    private Sessions sessions;
    private @Nullable RelayEntryPoint hub;

    @BeforeEach
    void start() throws IOException {
        destination = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        sessions = new Sessions(
                "oslo", relay.threads, InstantSource.system(), relay.metrics, AuditTrail.of(null, InstantSource.system(), relay.metrics), Deadlines.shared());
        Logging.configure(new LogSettings(LogSettings.Format.JSON, LogSettings.Level.ERROR), OutputStream.nullOutputStream(), false);
        Logging.watch(event -> {
            if (event.logger().equals(AuditTrail.LOGGER) && event.message().equals(SessionEnd.MESSAGE)) {
                ends.add(event);
            }
        });
    }

    @AfterEach
    void leavesNothing() throws Exception {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), System.err, false);
        assertThat(sessions.open()).isZero();
        if (hub != null) {
            hub.close();
            hub.release();
        }
        await().untilAsserted(() -> assertThat(relay.relay.timer().waiting()).as("timers").isZero());
        destination.close();
    }

    /** A site that passes requests on, byte by byte. */
    private void listen(String how) {
        Relay namespace = how.equals("wire")
                ? relay.closing(ShortTokens.client(relay.namespace("root", RelayFixture.ROOT_KEY), relay.threads, relay.clock, relay.relay.timer()))
                : relay.relay.inMemory("embedded");
        EntryPointSettings settings = new EntryPointSettings(
                null, List.of("weu"), "open", null, 1, Mode.PLAIN, Wire.RELAYGATE, Duration.ofSeconds(20), Duration.ofSeconds(3), 100, 10, null, null, null, null);
        Tunnelling tunnelling = new Tunnelling(
                _ -> "oslo-1", TunnelSettings.USUAL, relay.threads, Budget.ofProcess(), new LaneSlots(relay.metrics), new Trust(),
                new CarrierRefusals(relay.metrics));
        Route route = new Route("slow", List.of("hub"), null, null, List.of(), "p", DestinationTemplate.parse("slow"), new Admission.Open(), null, null,
                session -> session.forward(DestinationName.parse("slow")), List.of("http/1.1"), List.of());
        AddressDestination slow = slow();
        Router router = new Router(new Routes(List.of(route), _ -> true), sessions, _ -> Optional.of(slow));
        sessions.follow(router);
        RelayEntryPoint open = RelayEntryPoint.open("hub", settings, List.of(namespace), tunnelling, InstantSource.system(), router::serve, relay.metrics);
        hub = open;
        await().until(() -> open.trouble() == null);
        relay.clock.stop();
    }

    private AddressDestination slow() {
        DestinationSettings settings = new DestinationSettings(
                List.of(new Address.Tcp(new HostPort("127.0.0.1", destination.getLocalPort()))), DestinationSettings.Policy.FAILOVER, Duration.ofSeconds(5),
                DestinationSettings.ProxyProtocol.NONE, List.of(), null, null, null, new PoolSettings(1, Duration.ofSeconds(30)), null);
        return new AddressDestination(
                "slow", settings, InstantSource.system(), new Random(1), Names.shared(), new OwnPorts(Map::of), new SharedUse(),
                new Pool("slow", new PoolSettings(1, Duration.ofSeconds(30)), InstantSource.system(), Deadlines.shared(), relay.threads, relay.metrics), null,
                SqlBrowser.USUAL);
    }

    private HttpSender send(int size) throws IOException {
        return HttpSender.of(relay).send("POST /open/slow HTTP/1.1~Host: h~Content-Length: " + size + "~~").sendRaw(new byte[size]);
    }

    /** The destination of the next request, when it has all of that. */
    private Socket asked(int size) throws IOException {
        Socket socket = destination.accept();
        socket.setSoTimeout(20_000);
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        assertThat(head.toString()).startsWith("POST /open/slow HTTP/1.1\r\n");
        if (size > 0) {
            byte[] ends = socket.getInputStream().readNBytes(size);
            assertThat(ends).hasSize(size);
        }
        return socket;
    }

    private void passes(int seconds) {
        relay.clock.ahead = relay.clock.ahead.plusSeconds(seconds);
        relay.relay.timer().wake();
    }

    private LogEvent end() throws InterruptedException {
        LogEvent end = ends.poll(20, TimeUnit.SECONDS);
        if (end == null) {
            throw new AssertionError("no session has ended");
        }
        return end;
    }

    @ParameterizedTest
    @CsvSource({"wire, 0", "wire, 70000", "memory, 0", "memory, 70000"})
    void answerCountsUntilTheRelayWaitsNoLonger(String how, int size) throws Exception {
        listen(how);
        HttpSender patient = send(size);
        try (Socket there = asked(size)) {
            passes(59);
            there.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate".getBytes(US_ASCII));
            there.shutdownOutput();
            HttpHead head = patient.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(patient.text(head)).isEqualTo("late");
        }
        assertThat(end().values().get("ending")).isIn(Ending.DESTINATION_DONE.name(), Ending.CALLER_DONE.name());

        HttpSender tooLong = send(size);
        try (Socket there = asked(size)) {
            passes(60);
            HttpHead head = tooLong.head();
            assertThat(head.status()).isEqualTo(504);
            assertThat(head.field("Via")).as("a relay's own answer").isNull();
            assertThat(tooLong.text(head)).contains("the listener did not respond in the required time");
            // Broken, not ended: a destination should not take it for a request that was done.
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> there.getInputStream().readAllBytes());
        }
        Map<String, Object> end = end().values();
        if (how.equals("wire") && size == 0) {
            assertThat(end).containsEntry("ending", Ending.DEADLINE.name())
                    .containsEntry("detail", "client: there was no answer within the 60 seconds that a relay waits");
        } else {
            // The relay says that nobody waits, or we know it ourselves first.
            assertThat(end.get("ending")).isIn(Ending.DEADLINE.name(), Ending.RELAY_LOST.name());
            assertThat(end.get("detail")).isIn(
                    "client: there was no answer within the 60 seconds that a relay waits", "client: nobody waits for the answer any more");
        }
        await().until(() -> sessions.open() == 0);
    }
}
