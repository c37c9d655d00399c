package io.relaygate.sdk.testkit;

import io.relaygate.Rehearsal;
import io.relaygate.config.ConfigException;
import io.relaygate.net.Link;
import io.relaygate.observe.AccessDecision;
import io.relaygate.observe.AuditRecord;
import io.relaygate.observe.SessionEnd;
import io.relaygate.observe.SessionEvent;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler.Explained;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.SessionFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A route in memory, with one protocol: clients come by {@link #connect}, destinations are where the handler connects to.
 * What is between them is the gateway itself: binding and checks of the settings, sessions, callers, the audit.
 */
public final class TestRoute implements AutoCloseable {

    private static final Duration TIME = Duration.ofSeconds(10);

    private static final java.util.Set<TestRoute> OPEN = ConcurrentHashMap.newKeySet();

    private final RouteSetup setup;
    private final Folder folder;
    private final TestClock clock = new TestClock();
    private final Map<String, TestSession> sessions = new ConcurrentHashMap<>();
    private final Map<String, Throwable> defects = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> slow = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Rehearsal rehearsal;

    private TestRoute(RouteSetup setup, Folder folder, Path file) throws ConfigException, IOException {
        this.setup = setup;
        this.folder = folder;
        setup.slow().forEach(name -> slow.put(name, new CountDownLatch(1)));
        Protocol<?> watched = WatchedProtocol.of(setup.protocol(), this::defect);
        this.rehearsal = Rehearsal.open(
                file, Map.of(watched.name(), watched), (name, asked, context) -> dial(name, asked, context.session()), this::tell, clock);
        clock.whenMoved(rehearsal::clockMoved);
        OPEN.add(this);
    }

    /** Describes a route with this protocol; {@link RouteSetup#open} opens it. */
    public static RouteSetup with(Protocol<?> protocol) {
        return RouteSetup.of(protocol);
    }

    static TestRoute open(RouteSetup setup) throws ConfigException {
        Folder folder = Folder.make();
        try {
            return new TestRoute(setup, folder, setup.write(folder.path()));
        } catch (ConfigException | RuntimeException e) {
            folder.close();
            throw e;
        } catch (IOException e) {
            folder.close();
            throw new UncheckedIOException(e);
        }
    }

    /** The clock by which sessions and connections have their deadlines. */
    public TestClock clock() {
        return clock;
    }

    /** The gateway's metrics, the route's own among them, as Prometheus reads them. */
    public String metrics() {
        return rehearsal.metrics();
    }

    /**
     * What the protocol says would become of what a client asks, without a session ({@link ProtocolHandler#explain}).
     *
     * @return null if it does not say
     */
    public @Nullable Explained explain(Caller caller, String... asked) throws RefusedException {
        String to = setup.to();
        SessionFacts facts = new SessionFacts(
                "0".repeat(32), "in", "test", caller, "127.0.0.1:1024", null, Map.of(), to == null ? null : DestinationName.parse(to), null);
        return rehearsal.explain(facts, List.of(asked));
    }

    /** What the protocol says of the settings that is no mistake, but should be known ({@link ProtocolHandler#notes}). */
    public List<String> notes() {
        return rehearsal.notes();
    }

    /** A client comes. */
    public TestSession connect() {
        return connect(Plan.NONE);
    }

    TestSession connect(Plan plan) {
        return new TestSession("%032x".formatted(numbers.incrementAndGet()), this, plan);
    }

    /**
     * Runs a dialogue as it is; then with the bytes that each peer sends cut at every place, and each byte by itself; then
     * with each peer ending its direction, and breaking the connection, at every place. Each time the session must end
     * and no defect show; a connection that broke must not look like one that has ended.
     *
     * @throws AssertionError which of all these went wrong, and how
     */
    public void atEveryCut(Dialogue dialogue) {
        new EveryCut(this, dialogue).run();
    }

    Thread serve(String id, TestSession session, Link client) {
        sessions.put(id, session);
        return rehearsal.serve("in", id, client, TIME);
    }

    private Link dial(DestinationName name, @Nullable HostPort asked, String session) throws RefusedException {
        if (setup.unreachable().contains(name.name())) {
            throw new RefusedException(Reason.UNREACHABLE, "destination '" + name + "' is unreachable in this test");
        }
        CountDownLatch waits = slow.get(name.name());
        if (waits != null) {
            await(waits, name);
        }
        TestSession known = sessions.get(session);
        if (known == null) {
            throw new RefusedException(Reason.BUSY, "the session is over");
        }
        return known.dialled(name.name(), asked);
    }

    private static void await(CountDownLatch waits, DestinationName name) throws RefusedException {
        try {
            if (!waits.await(TIME.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new RefusedException(Reason.UNREACHABLE, "destination '" + name + "' was not let in this test");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From now on connections to a {@linkplain RouteSetup#slow slow} destination are made, also those that are waited for. */
    public void lets(String destination) {
        Objects.requireNonNull(slow.get(destination), "no destination that is slow").countDown();
    }

    private void tell(AuditRecord record) {
        switch (record) {
            case SessionEnd end -> {
                TestSession session = sessions.remove(end.session());
                if (session != null) {
                    Throwable defect = defects.remove(end.session());
                    if (defect != null) {
                        session.tell(defect);
                    }
                    session.tell(record);
                }
            }
            case SessionEvent event -> {
                TestSession session = sessions.get(event.session());
                if (session != null) {
                    session.tell(record);
                }
            }
            case AccessDecision _ -> {}
            default -> {}
        }
    }

    private void defect(String session, Throwable thrown) {
        defects.put(session, thrown);
    }

    Duration patience() {
        return setup.patience();
    }

    boolean halfClose() {
        return setup.halfClose();
    }

    /** The routes that are open, with how many sessions. */
    static List<String> left() {
        return OPEN.stream()
                .map(route -> "a route of protocol " + route.setup.protocol().name() + " with " + route.rehearsal.sessions() + " sessions")
                .toList();
    }

    /**
     * Closes the handler.
     *
     * @throws AssertionError if a session or one of its threads is still there: the test has left its client open, or the
     *     handler does not end
     */
    @Override
    public void close() {
        OPEN.remove(this);
        List<TestSession> left = List.copyOf(sessions.values());
        left.forEach(TestSession::settle);
        List<AssertionError> open = left.stream()
                .filter(session -> sessions.containsValue(session))
                .map(session -> session.failure("a session is open when its route is closed", null))
                .toList();
        rehearsal.close();
        folder.close();
        if (!open.isEmpty()) {
            throw open.getFirst();
        }
    }
}
