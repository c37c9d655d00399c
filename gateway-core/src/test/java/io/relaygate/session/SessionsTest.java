package io.relaygate.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.relaygate.access.Admission;
import io.relaygate.access.Arrival;
import io.relaygate.access.Client;
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
import io.relaygate.net.Link;
import io.relaygate.net.Names;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.Ending;
import io.relaygate.observe.LostException;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SessionsTest {

    private static final DestinationName ECHO = DestinationName.parse("echo");

    private final Metrics metrics = new Metrics();
    private final Threads threads = new Threads(4);
    private volatile Instant now = Instant.now();
    private final Deadlines deadlines = new Deadlines(() -> now);
    private final Sessions sessions = new Sessions("oslo", threads, InstantSource.system(), metrics, AuditTrail.of(null, InstantSource.system(), metrics), deadlines);
    private final PipeLink.Pair client = PipeLink.pair();
    private final Waiting waiting = new Waiting(client.b());

    /** A client whose connection is one end of a pipe. */
    private static final class Waiting implements Client {
        private final Link link;
        private @Nullable RefusedException refused;
        private @Nullable RefusedException over;

        Waiting(Link link) {
            this.link = link;
        }

        @Override
        public boolean relayed() {
            return false;
        }

        @Override
        public Link accept(Instant deadline) {
            return link;
        }

        @Override
        public void refuse(RefusedException why) {
            refused = why;
            link.abort();
        }

        @Override
        public void over(@Nullable RefusedException refusal) {
            over = refusal;
        }
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(sessions.awaitNone(Duration.ofSeconds(10))).isTrue();
        await().atMost(10, TimeUnit.SECONDS).until(() -> threads.alive() == 0);
        assertThat(metrics.exposition()).contains("relaygate_sessions_open 0.0");
        threads.close();
    }

    private Arrival arrival(Duration time) {
        return new Arrival(
                "in", "0".repeat(32), "test", null, Caller.ANONYMOUS, null, null, null, null, null, Instant.now(), Instant.now().plus(time), time, waiting);
    }

    private static SessionFacts facts() {
        return new SessionFacts("0".repeat(32), "in", "r", Caller.ANONYMOUS, "test", null, Map.of(), ECHO, null);
    }

    private static Callers everybody(LiveSession session) {
        return new Callers(session.arrival(), new Admission.Open(), null, false, () -> {});
    }

    private Optional<Destination> destination(int port) {
        Address address = new Address.Tcp(new HostPort("127.0.0.1", port));
        DestinationSettings settings = new DestinationSettings(
                List.of(address), DestinationSettings.Policy.FAILOVER, Duration.ofSeconds(5),
                DestinationSettings.ProxyProtocol.NONE, List.of(), null, null, null, null, null);
        return Optional.of(new AddressDestination("echo", settings, InstantSource.system(), new Random(1), Names.ofClients(), new OwnPorts(Map::of), new SharedUse(),
                new Pool("echo", PoolSettings.USUAL, InstantSource.system(), deadlines, threads, metrics), null, SqlBrowser.USUAL));
    }

    private CompletableFuture<Void> serve(Duration time, Sessions.Story story) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        threads.start("serve", () -> {
            sessions.serve(arrival(time), session -> {
                try {
                    story.tell(session);
                } catch (AssertionError e) {
                    over.completeExceptionally(e);
                    throw e;
                }
            });
            over.complete(null);
        });
        return over;
    }

    private long ended(Ending ending, String route) {
        return metrics.counter("relaygate_sessions_ended", "Sessions that have ended.", "entry_point", "route", "ending")
                .value("in", route, ending.name());
    }

    @Test
    void carriesTheBytesAndCountsThem() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> over = serve(Duration.ofSeconds(20), session -> {
                session.routed(facts(), "tcp", null, everybody(session), name -> destination(server.getLocalPort()));
                session.forward(ECHO);
            });
            client.a().out().write("question".getBytes(UTF_8));
            client.a().finish();
            try (Socket destination = server.accept()) {
                assertThat(destination.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("question");
                destination.getOutputStream().write("answer".getBytes(UTF_8));
            }
            assertThat(client.a().in().readAllBytes()).asString(UTF_8).isEqualTo("answer");
            over.get(10, TimeUnit.SECONDS);
        }
        assertThat(ended(Ending.CALLER_DONE, "r")).isEqualTo(1);
        assertThat(metrics.exposition())
                .contains("relaygate_session_bytes_total{direction=\"up\",entry_point=\"in\",route=\"r\"} 8")
                .contains("relaygate_session_bytes_total{direction=\"down\",entry_point=\"in\",route=\"r\"} 6");
    }

    @Test
    void howAConnectionWasLostIsKnownThoughTheProtocolSaysItInItsOwnWords() throws Exception {
        serve(Duration.ofSeconds(20), session -> {
            session.routed(facts(), "own", null, everybody(session), name -> Optional.empty());
            throw new IOException("the client has left", new IOException(new LostException(Ending.DEADLINE, "nobody waits")));
        }).get(10, TimeUnit.SECONDS);
        serve(Duration.ofSeconds(20), session -> {
            session.routed(facts(), "own", null, everybody(session), name -> Optional.empty());
            throw new RefusedException(RefusedException.Reason.UNREACHABLE, "down", new LostException(Ending.RELAY_LOST, "the lane"));
        }).get(10, TimeUnit.SECONDS);
        assertThat(ended(Ending.DEADLINE, "r")).isEqualTo(1);
        assertThat(ended(Ending.REFUSED, "r")).as("a refusal stays one").isEqualTo(1);
    }

    @Test
    void aClientThatTookLongToSayWhoItIsIsStillConnected() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> over = serve(Duration.ofSeconds(-1), session -> {
                session.routed(facts(), "own", null, everybody(session), name -> destination(server.getLocalPort()));
                session.client().deadline(null);
                session.dial(Caller.ANONYMOUS, ECHO).close();
                session.dial(Caller.ANONYMOUS, ECHO).close();
            });
            over.get(10, TimeUnit.SECONDS);
        }
        assertThat(ended(Ending.CALLER_DONE, "r")).isEqualTo(1);
    }

    @Test
    void countsWhatAProtocolCopiesItself() throws Exception {
        CompletableFuture<Void> over = serve(Duration.ofSeconds(20), session -> {
            session.routed(facts(), "own", null, everybody(session), name -> Optional.empty());
            Connection own = session.client();
            Session.Fork back = session.fork("back", () -> own.out().write("answer".getBytes(UTF_8)));
            assertThat(own.in().readAllBytes()).asString(UTF_8).isEqualTo("question");
            back.join();
        });
        client.a().out().write("question".getBytes(UTF_8));
        client.a().finish();
        assertThat(client.a().in().readAllBytes()).asString(UTF_8).isEqualTo("answer");
        over.get(10, TimeUnit.SECONDS);
        assertThat(metrics.exposition())
                .contains("relaygate_session_bytes_total{direction=\"up\",entry_point=\"in\",route=\"r\"} 8")
                .contains("relaygate_session_bytes_total{direction=\"down\",entry_point=\"in\",route=\"r\"} 6");
    }

    @Test
    void countsEveryByteOnceWhereAProtocolReadsFirstAndSplicesThen() throws Exception {
        PipeLink.Pair far = PipeLink.pair();
        CompletableFuture<Void> over = serve(Duration.ofSeconds(20), session -> {
            session.routed(facts(), "own", null, everybody(session), name -> Optional.empty());
            Connection own = session.client();
            assertThat(own.in().readNBytes(3)).hasSize(3);
            own.out().write("ok".getBytes(UTF_8));
            session.splice(far.a(), own);
        });
        client.a().out().write("question".getBytes(UTF_8));
        client.a().finish();
        assertThat(far.b().in().readAllBytes()).asString(UTF_8).isEqualTo("stion");
        far.b().out().write("answer".getBytes(UTF_8));
        far.b().close();
        assertThat(client.a().in().readAllBytes()).asString(UTF_8).isEqualTo("okanswer");
        over.get(10, TimeUnit.SECONDS);
        assertThat(ended(Ending.CALLER_DONE, "r")).isEqualTo(1);
        assertThat(metrics.exposition())
                .contains("relaygate_session_bytes_total{direction=\"up\",entry_point=\"in\",route=\"r\"} 8")
                .contains("relaygate_session_bytes_total{direction=\"down\",entry_point=\"in\",route=\"r\"} 8");
    }

    @Test
    void asksPolicyForEveryConnectionThatIsBorrowedAndBreaksThoseThatAreNotGivenBack() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Destination echo = destination(server.getLocalPort()).orElseThrow();
            CompletableFuture<Void> over = serve(Duration.ofSeconds(20), session -> {
                Callers callers = new Callers(session.arrival(), new Admission.Open(), null, false, asked::incrementAndGet);
                session.routed(facts(), "tcp", null, callers, name -> Optional.of(echo));
                for (int time = 0; time < 3; time++) {
                    Connection borrowed = session.borrow(Caller.ANONYMOUS, ECHO);
                    borrowed.out().write('x');
                    session.giveBack(borrowed);
                    session.giveBack(borrowed);
                }
                Connection closed = session.borrow(Caller.ANONYMOUS, ECHO);
                closed.out().write('z');
                closed.close();
                session.giveBack(closed);
                assertThat(session.open()).as("what is over is kept in no list").isZero();
                Connection kept = session.borrow(Caller.ANONYMOUS, ECHO);
                assertThat(session.open()).isEqualTo(1);
                assertThatIOException().isThrownBy(() -> session.borrow(new Caller("bob", "token", Set.of()), ECHO));
                Connection own = session.client();
                assertThatIllegalArgumentException().isThrownBy(() -> session.giveBack(own));
                kept.out().write('y');
                own.in().read();
            });
            try (Socket first = server.accept(); Socket destination = server.accept()) {
                assertThat(first.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("xxxz");
                assertThat(destination.getInputStream().read()).isEqualTo('y');
                sessions.kill(Ending.SHUTDOWN);
                assertThatIOException().isThrownBy(() -> assertThat(destination.getInputStream().read()).isNegative());
            }
            over.get(10, TimeUnit.SECONDS);
            echo.end();
        }
        assertThat(asked).as("the one of somebody else was refused before").hasValue(5);
    }

    @Test
    void endsSessionsThatANewPolicyDoesNotLetGoOn() throws Exception {
        CompletableFuture<LiveSession> routed = new CompletableFuture<>();
        CompletableFuture<Void> over = serve(Duration.ofSeconds(20), session -> {
            session.routed(facts(), "tcp", null, everybody(session), name -> Optional.empty());
            sessions.ask(session);
            session.client();
            routed.complete(session);
            session.client().in().read();
        });
        LiveSession open = routed.get(10, TimeUnit.SECONDS);
        sessions.follow(session -> Instant.MAX);
        sessions.review();
        assertThat(sessions.open()).isEqualTo(1);
        sessions.follow(REFUSING);
        sessions.review();
        over.get(10, TimeUnit.SECONDS);
        assertThat(open.result().killed()).isEqualTo(Ending.REFUSED);
        assertThat(ended(Ending.REFUSED, "r")).isEqualTo(1);
        assertThat(refused("none", Reason.NOT_ALLOWED)).isEqualTo(1);
    }

    @Test
    void asksTheLatestPolicyForASessionThatHasItsRoute() throws Exception {
        sessions.follow(REFUSING);
        sessions.review();
        serve(Duration.ofSeconds(20), session -> {
                    session.routed(facts(), "tcp", null, everybody(session), name -> Optional.empty());
                    sessions.ask(session);
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(waiting.refused).hasMessage("no more");
    }

    @Test
    void asksAgainWhenTheAnswerHasRunOutAndEndsWhoMayNotGoOn() throws Exception {
        Instant end = now.plusSeconds(3600);
        AtomicInteger asked = new AtomicInteger();
        sessions.follow(session -> {
            asked.incrementAndGet();
            if (now.isBefore(end)) {
                return end;
            }
            throw new RefusedException(Reason.NOT_ALLOWED, "the hours are over");
        });
        CompletableFuture<LiveSession> routed = new CompletableFuture<>();
        CompletableFuture<Void> over = serve(Duration.ofSeconds(20), session -> {
            session.routed(facts(), "tcp", null, everybody(session), name -> Optional.empty());
            sessions.ask(session);
            session.client();
            sessions.ask(session);
            routed.complete(session);
            session.client().in().read();
        });
        LiveSession open = routed.get(10, TimeUnit.SECONDS);
        assertThat(deadlines.waiting()).as("one timer for a session").isEqualTo(1);
        now = end;
        deadlines.wake();
        over.get(10, TimeUnit.SECONDS);
        assertThat(open.result().refusal()).hasMessage("the hours are over");
        assertThat(asked).hasValue(3);
        assertThat(ended(Ending.REFUSED, "r")).isEqualTo(1);
        assertThat(waiting.over).as("what it has tried was no attempt to get in").isNull();
    }

    @Test
    void aSessionThatIsOverLeavesNoTimer() throws Exception {
        sessions.follow(session -> now.plusSeconds(3600));
        serve(Duration.ofSeconds(20), session -> {
                    session.routed(facts(), "tcp", null, everybody(session), name -> Optional.empty());
                    sessions.ask(session);
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(deadlines.waiting()).isZero();
    }

    private static final Sessions.Policy REFUSING = session -> {
        throw new RefusedException(Reason.NOT_ALLOWED, "no more");
    };

    @Test
    void refusesAClientWhoseDestinationAnswersNobodyAndSaysWhichAddressFailed() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        serve(Duration.ofSeconds(20), session -> {
                    session.routed(facts(), "tcp", null, everybody(session), name -> destination(port));
                    session.forward(ECHO);
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(waiting.refused)
                .hasMessage("destination 'echo': 127.0.0.1:" + port + " refused the connection");
        assertThatIOException().isThrownBy(() -> client.a().in().read());
        assertThat(ended(Ending.REFUSED, "r")).isEqualTo(1);
        assertThat(refused("echo", Reason.UNREACHABLE)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void countsASessionThatWasRefusedByWhy(Reason why) throws Exception {
        serve(Duration.ofSeconds(20), session -> {
                    session.routed(facts(), "tcp", null, everybody(session), name -> Optional.empty());
                    throw new RefusedException(why, "words");
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(ended(Ending.REFUSED, "r")).isEqualTo(1);
        assertThat(refused("none", why)).isEqualTo(1);
        assertThat(waiting.refused).isNotNull().extracting(RefusedException::reason).isEqualTo(why);
    }

    private long refused(String destination, Reason why) {
        return metrics.counter(
                        "relaygate_sessions_refused",
                        "Sessions that were never connected, by why.",
                        "entry_point",
                        "destination",
                        "reason")
                .value("in", destination, why.name());
    }

    @Test
    void endsASilentClientAtItsDeadline() throws Exception {
        serve(Duration.ofMillis(50), session -> session.client().peek(1)).get(10, TimeUnit.SECONDS);
        assertThat(ended(Ending.DEADLINE, "none")).isEqualTo(1);
    }

    @Test
    void survivesADefectOfAProtocol() throws Exception {
        serve(Duration.ofSeconds(20), session -> {
                    throw new IllegalStateException("planted");
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(ended(Ending.BROKEN, "none")).isEqualTo(1);
        assertThatIOException().isThrownBy(() -> client.a().in().read());
    }

    @Test
    void endsASessionThatIsKilledSoThatItsClientSeesAFailure() throws Exception {
        CompletableFuture<Void> blocked = new CompletableFuture<>();
        CompletableFuture<Void> over = serve(Duration.ofSeconds(20), session -> {
            Link link = session.client();
            blocked.complete(null);
            link.in().read();
        });
        blocked.get(10, TimeUnit.SECONDS);
        assertThat(sessions.awaitNone(Duration.ofMillis(1))).isFalse();
        sessions.kill(Ending.SHUTDOWN);
        over.get(10, TimeUnit.SECONDS);
        assertThatIOException().isThrownBy(() -> client.a().in().read());
        assertThat(ended(Ending.SHUTDOWN, "none")).isEqualTo(1);
    }

    @Test
    void endsTheTasksOfASessionWithIt() throws Exception {
        CompletableFuture<Boolean> task = new CompletableFuture<>();
        serve(Duration.ofSeconds(20), session -> {
                    Link link = session.client();
                    session.fork("reader", () -> {
                        try {
                            link.in().read();
                        } catch (IOException e) {
                            task.complete(true);
                            throw e;
                        }
                    });
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(task.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void handlerCanWaitForATaskAndSeesWhatItThrew() throws Exception {
        serve(Duration.ofSeconds(20), session -> {
                    CompletableFuture<Void> gate = new CompletableFuture<>();
                    Session.Fork good = session.fork("good", gate::join);
                    Session.Fork bad = session.fork("bad", () -> {
                        throw new IOException("the disk is full");
                    });
                    assertThatIOException().isThrownBy(bad::join).withMessage("the disk is full");
                    gate.complete(null);
                    good.join();
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(ended(Ending.CALLER_DONE, "none")).isEqualTo(1);
    }

    @Test
    void remembersNoTaskThatIsOver() throws Exception {
        serve(Duration.ofSeconds(20), session -> {
                    for (int i = 0; i < 100; i++) {
                        session.fork("short", () -> {}).join();
                        assertThat(session.tasks()).isEqualTo(1);
                    }
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(ended(Ending.CALLER_DONE, "none")).isEqualTo(1);
    }

    @Test
    void defectInATaskEndsTheSessionAsBroken() throws Exception {
        serve(Duration.ofSeconds(20), session -> {
                    Link link = session.client();
                    Session.Fork broken = session.fork("broken", () -> {
                        throw new IllegalStateException("a defect, as the test wants it");
                    });
                    assertThatIOException().isThrownBy(broken::join).withCauseInstanceOf(IllegalStateException.class);
                    link.in().read();
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(ended(Ending.BROKEN, "none")).isEqualTo(1);
    }
}
