package io.relaygate.entrypoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.access.Admission;
import io.relaygate.access.AllowSettings;
import io.relaygate.access.SenderSettings;
import io.relaygate.access.Trust;
import io.relaygate.net.Deadlines;
import io.relaygate.net.HttpHead;
import io.relaygate.net.Link;
import io.relaygate.net.Network;
import io.relaygate.net.Pin;
import io.relaygate.net.Threads;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.Ending;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.ControlMessage.Call;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayEnd;
import io.relaygate.relay.RelayEnd.Answered;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.RequestOffer;
import io.relaygate.relay.Wire;
import io.relaygate.route.Route;
import io.relaygate.route.Router;
import io.relaygate.route.Routes;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.session.Sessions;
import io.relaygate.tunnel.Budget;
import io.relaygate.tunnel.CarrierRefusals;
import io.relaygate.tunnel.LaneSlots;
import io.relaygate.tunnel.Mode;
import io.relaygate.tunnel.TunnelSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP requests at an entry point, each a session of a route. */
@Timeout(60)
class RequestDoorTest {

    private static final Pin PIN = Pin.parse("ed25519:" + "A".repeat(43));
    private static final byte[] NONE = {};

    private final Metrics metrics = new Metrics();
    private final Threads threads = new Threads(0);
    private final Deadlines deadlines = new Deadlines(InstantSource.system());
    private final Sessions sessions = new Sessions(
            "oslo", threads, InstantSource.system(), metrics, AuditTrail.of(null, InstantSource.system(), metrics), deadlines);
    private final List<RelayEnd> ends = new ArrayList<>();
    private final List<SessionFacts> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private @Nullable Consumer<Offer> listening;

    @AfterEach
    void nothingIsLeft() {
        go.countDown();
        assertThat(sessions.awaitNone(Duration.ofSeconds(20))).isTrue();
        ends.forEach(RelayEnd::abort);
        await().until(() -> threads.alive() == 0);
        deadlines.close();
        threads.close();
    }

    /** A namespace that hands over what the test gives it. */
    private final class Namespace implements Relay, RelayListener {

        @Override
        public String name() {
            return "weu";
        }

        @Override
        public Link connect(String hybridConnection, @Nullable String service, Map<String, String> headers, Instant deadline) {
            throw new UnsupportedOperationException("a site does not send");
        }

        @Override
        public RelayListener listen(String hybridConnection, int controlChannels, Consumer<Offer> arrivals) {
            listening = arrivals;
            return this;
        }

        @Override
        public boolean healthy() {
            return true;
        }

        @Override
        public int connected() {
            return 1;
        }

        @Override
        public int wanted() {
            return 1;
        }

        @Override
        public String state() {
            return "listening";
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    private RelayEntryPoint open(Mode mode, int maxRequests, Map<String, SenderSettings> senders, Route... routes) {
        EntryPointSettings settings = new EntryPointSettings(
                null, List.of("weu"), "web", "shop", 1, mode, Wire.RELAYGATE, Duration.ofSeconds(20), Duration.ofSeconds(3), 100, maxRequests, null, null, null, null);
        Tunnelling tunnelling = new Tunnelling(
                _ -> "oslo-1", TunnelSettings.USUAL, threads, Budget.ofProcess(), new LaneSlots(metrics), Trust.in(senders), new CarrierRefusals(metrics));
        Router router = new Router(new Routes(List.of(routes), _ -> true), sessions, _ -> Optional.empty());
        sessions.follow(router);
        return RelayEntryPoint.open("hub", settings, List.of(new Namespace()), tunnelling, InstantSource.system(), router::serve, metrics);
    }

    private static Route route(String service, Admission admission, List<String> speaks, ProtocolHandler handler) {
        return new Route("web", List.of("hub"), service, null, List.of(), "p", null, admission, null, null, handler, speaks, List.of());
    }

    private Route web(String service, Admission admission) {
        return route(service, admission, List.of("h2", "http/1.1"), session -> {
            seen.add(session.facts());
            HttpHead head = HttpHead.readRequest((Link) session.client(), 65536);
            if (head.target().equals("/wait")) {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            session.client().out().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK".getBytes(UTF_8));
        });
    }

    private RelayEnd ask(String target) {
        return ask(new Call("GET", target, Map.of("Host", "h"), "192.0.2.7", 4711, false));
    }

    private RelayEnd ask(@Nullable Call call) {
        RelayEnd end = new RelayEnd();
        ends.add(end);
        Request request = new Request("wss://g1/$hc/web?sb-hc-action=request", "id", call);
        Consumer<Offer> arrivals = listening;
        if (arrivals == null) {
            throw new AssertionError("nobody listens");
        }
        threads.start("ask", () -> arrivals.accept(new RequestOffer(request, NONE, "ns", end, threads, Deadlines.shared())));
        return end;
    }

    private void says(RelayEnd end, int status, String sentence) throws InterruptedException {
        Answered answer = end.onChannel();
        assertThat(answer.text()).isEqualTo(sentence);
        assertThat(answer.head().status()).isEqualTo(status);
        await().until(end::isOver);
    }

    private long answered(String status) {
        return metrics.counter("relaygate_requests_answered", "HTTP requests to hybrid connections that are over, by the answer they got.", "entry_point", "status")
                .value("hub", status);
    }

    private long refused(String reason) {
        return metrics.counter("relaygate_sessions_refused", "Sessions that were never connected, by why.", "entry_point", "destination", "reason")
                .value("hub", "none", reason);
    }

    @Test
    void requestIsASessionOfTheEntryPointsService() throws Exception {
        for (Mode mode : Mode.values()) {
            open(mode, 10, Map.of(), web("shop", new Admission.Open()));
            says(ask("/web/a"), 200, "OK");
            SessionFacts facts = seen.getLast();
            assertThat(facts.source()).isEqualTo("192.0.2.7:4711");
            assertThat(facts.service()).isEqualTo("shop");
            assertThat(facts.tls()).isEqualTo(new SessionFacts.Tls(null, "http/1.1", null));
        }
        await().until(() -> answered("2xx") == 2);
    }

    @ParameterizedTest
    @CsvSource({"204, 2xx", "302, 3xx", "404, 4xx", "503, 5xx"})
    void answersAreCountedByTheirClass(int status, String counted) throws Exception {
        open(Mode.PLAIN, 10, Map.of(), route("shop", new Admission.Open(), List.of("http/1.1"), session -> {
            HttpHead.readRequest((Link) session.client(), 65536);
            session.client().out().write(("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n").getBytes(UTF_8));
        }));
        assertThat(ask("/web").onChannel().head().status()).isEqualTo(status);
        await().until(() -> answered(counted) == 1);
    }

    @Test
    void answerThatBreaksOffIsNone() throws Exception {
        open(Mode.PLAIN, 10, Map.of(), route("shop", new Admission.Open(), List.of("http/1.1"), session -> {
            HttpHead.readRequest((Link) session.client(), 65536);
            session.client().out().write("HTTP/1.1 200 X\r\nContent-Length: 100000\r\n\r\n".getBytes(UTF_8));
            session.client().out().write(new byte[70_000]);
        }));
        // The answer is too large for the control channel, and of the rendezvous nothing comes.
        ask("/web").abort();
        await().until(() -> answered("none") == 1);
    }

    @Test
    void moreThanThereMayBeAtOnceAreRefused() throws Exception {
        open(Mode.PLAIN, 1, Map.of(), web("shop", new Admission.Open()));
        RelayEnd first = ask("/wait");
        await().until(() -> seen.size() == 1);
        says(ask("/web"), 503, "entry point 'hub' has 1 HTTP requests at work, as many as it may (entryPoints.hub.maxRequests)\n");
        await().until(() -> refused("BUSY") == 1);
        go.countDown();
        says(first, 200, "OK");
        await().until(() -> threads.alive() == 0);
        says(ask("/web"), 200, "OK");
    }

    @Test
    void whatTheRouteDoesNotAllowIsForbidden() throws Exception {
        AllowSettings allow = new AllowSettings(List.of(Network.parse("198.51.100.0/24")), List.of(), List.of(), List.of(), List.of(), List.of());
        open(Mode.PLAIN, 10, Map.of(), web("shop", Admission.of("the route", "routes[web].allow", allow, false, InstantSource.system())));
        Answered answer = ask("/web").onChannel();
        assertThat(answer.head().status()).isEqualTo(403);
        assertThat(answer.text()).isEqualTo("the source is in no network that the route allows (routes[web].allow.networks)\n");
        await().until(() -> refused("NOT_ALLOWED") == 1);
    }

    @Test
    void routeOfAnotherProtocolSaysSo() throws Exception {
        open(Mode.PLAIN, 10, Map.of(), route("shop", new Admission.Open(), List.of(), session -> seen.add(session.facts())));
        says(ask("/web"), 502, "route 'web' takes connections, and no HTTP requests: its protocol 'p' does not speak http/1.1\n");
        await().until(() -> refused("UNREACHABLE") == 1);
        assertThat(seen).isEmpty();
    }

    @Test
    void whatNoRouteTakesIsNotFound() throws Exception {
        open(Mode.PLAIN, 10, Map.of(), web("other", new Admission.Open()));
        says(ask("/web"), 404, "no route takes service 'shop'\n");
        await().until(() -> answered("4xx") == 1);
    }

    @Test
    void requestThatCannotBeIsARefusedSession() throws Exception {
        open(Mode.PLAIN, 10, Map.of(), web("shop", new Admission.Open()));
        says(ask(new Call("GET", "/", Map.of("X", "a\r\nY: b"), "", 0, false)), 400, "the request has a field that cannot be\n");
        await().until(() -> refused("MALFORMED") == 1);
    }

    @Test
    void hubOfKnownEdgesTakesNone() throws Exception {
        open(Mode.TUNNEL, 10, Map.of("edge", new SenderSettings(List.of(PIN), null, null)), web("shop", new Admission.Open()));
        says(ask("/web"), 403, "entry point 'hub' takes edges that it knows by their keys (senders), and no HTTP requests\n");
    }

    @Test
    void hubThatLeavesButMustListenForItsEdgesTakesNoMore() throws Exception {
        RelayEntryPoint hub = open(Mode.TUNNEL, 10, Map.of(), web("shop", new Admission.Open()));
        says(ask("/web"), 200, "OK");
        hub.close();
        says(ask("/web"), 503, "the site gateway is shutting down\n");
    }

    @Test
    void requestWhoseSenderLeavesBeforeItIsFetchedIsNone() {
        open(Mode.PLAIN, 10, Map.of(), web("shop", new Admission.Open()));
        RelayEnd end = ask((Call) null);
        end.abort();
        await().until(end::isOver);
        assertThat(sessions.open()).isZero();
        await().until(() -> answered("none") == 1);
    }

    @Test
    void sessionThatIsEndedAnswersThatItIs() throws Exception {
        open(Mode.PLAIN, 10, Map.of(), web("shop", new Admission.Open()));
        RelayEnd end = ask("/wait");
        await().until(() -> seen.size() == 1);
        sessions.kill(Ending.SHUTDOWN);
        go.countDown();
        says(end, 502, "the session that was to answer ended before it had\n");
    }
}
