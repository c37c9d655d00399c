package io.relaygate.session;

import io.relaygate.access.Arrival;
import io.relaygate.destination.Destination;
import io.relaygate.destination.DialContext;
import io.relaygate.destination.Dialed;
import io.relaygate.net.Link;
import io.relaygate.net.Splice;
import io.relaygate.net.Threads;
import io.relaygate.observe.Ending;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One client connection, from accept to its last byte. */
public final class LiveSession implements Session {

    private final Arrival arrival;
    private final Threads threads;
    private final List<Connection> connections = new ArrayList<>();
    private final List<Thread> forks = new ArrayList<>();
    private final Map<String, String> notes = new LinkedHashMap<>();

    private Function<DestinationName, Optional<Destination>> destinations = name -> Optional.empty();
    private volatile @Nullable SessionFacts facts;
    private Arrival.@Nullable Tls tls;
    private @Nullable String protocol;
    private @Nullable Link client;
    private boolean taken;
    private volatile @Nullable DestinationName asked;
    private @Nullable Dialed dialed;
    private Splice.@Nullable Outcome outcome;
    private @Nullable Ending killed;
    private @Nullable RefusedException refusal;
    private long bytesUp;
    private long bytesDown;

    LiveSession(Arrival arrival, Threads threads) {
        this.arrival = arrival;
        this.threads = threads;
    }

    /**
     * Says which route took the session, and what can be dialled.
     *
     * @param seen what was seen of the client's TLS, or null if nobody has looked
     */
    public void routed(
            SessionFacts routeFacts,
            String protocolName,
            Arrival.@Nullable Tls seen,
            Function<DestinationName, Optional<Destination>> places) {
        protocol = protocolName;
        tls = seen;
        destinations = places;
        facts = routeFacts;
    }

    /** What came. */
    public Arrival arrival() {
        return arrival;
    }

    /** What was seen of the client's TLS, or null if nobody has looked. */
    public Arrival.@Nullable Tls tls() {
        return tls;
    }

    /** The destination that was dialled last, or null. */
    public @Nullable DestinationName destination() {
        return asked;
    }

    boolean isRouted() {
        return facts != null;
    }

    @Override
    public SessionFacts facts() {
        SessionFacts known = facts;
        if (known == null) {
            throw new IllegalStateException("the session has no route yet");
        }
        return known;
    }

    @Override
    public Link client() throws IOException {
        Link known = client;
        if (known == null) {
            taken = true;
            known = arrival.client().accept(arrival.deadline());
            known.deadline(dialed == null ? arrival.deadline() : null);
            client = known;
            keep(known);
        }
        return known;
    }

    @Override
    public Connection dial(Caller caller, DestinationName name) throws IOException {
        Destination destination = destinations
                .apply(name)
                .orElseThrow(() -> new RefusedException(Reason.NOT_FOUND, "no destination '" + name + "'"));
        asked = name;
        destination.admission().check(caller, arrival.address());
        Dialed reached = destination.dial(new DialContext(
                arrival.session(), arrival.entryPoint(), arrival.source(), arrival.deadline()));
        keep(reached.link());
        dialed = reached;
        if (client != null) {
            client.deadline(null);
        }
        return reached.link();
    }

    @Override
    public void splice(Connection a, Connection b) {
        boolean reversed = b.equals(client);
        Splice.Outcome end = reversed ? Splice.run(b, a, threads) : Splice.run(a, b, threads);
        synchronized (this) {
            outcome = outcome == null ? end : outcome;
            bytesUp += end.aToB();
            bytesDown += end.bToA();
        }
    }

    @Override
    public void forward(DestinationName name) throws IOException {
        Connection destination = dial(facts().caller(), name);
        splice(client(), destination);
    }

    @Override
    public synchronized void fork(String name, IoTask task) {
        forks.add(threads.start("session " + arrival.session() + " " + name, () -> {
            try {
                task.run();
            } catch (IOException e) {
                note(name, String.valueOf(e.getMessage()));
            }
        }));
    }

    @Override
    public synchronized void note(String fact, String value) {
        notes.put(fact, value);
    }

    /** Ends the session from outside: its connections break, and {@code why} is its ending. */
    void kill(Ending why) {
        kill(why, null);
    }

    /** Ends the session because it may not go on. */
    void refuse(RefusedException why) {
        kill(Ending.REFUSED, why);
    }

    private void kill(Ending why, @Nullable RefusedException because) {
        List<Connection> open;
        synchronized (this) {
            if (killed == null) {
                killed = why;
                refusal = because;
            }
            open = List.copyOf(connections);
        }
        open.forEach(Connection::abort);
    }

    private void keep(Connection connection) {
        boolean tooLate;
        synchronized (this) {
            connections.add(connection);
            tooLate = killed != null;
        }
        if (tooLate) {
            connection.abort();
        }
    }

    /** Gives back everything; a client that was never taken is refused with the reason. */
    void end(@Nullable Exception failure) {
        if (!taken) {
            arrival.client().refuse(failure instanceof RefusedException refused
                    ? refused
                    : new RefusedException(Reason.UNREACHABLE, "the session failed before it was connected"));
        }
        List<Connection> open;
        List<Thread> running;
        synchronized (this) {
            open = List.copyOf(connections);
            running = List.copyOf(forks);
        }
        open.forEach(failure == null && outcomeIsClean() ? Connection::close : Connection::abort);
        running.forEach(LiveSession::join);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }

    private synchronized boolean outcomeIsClean() {
        return outcome == null || outcome.failure() == null;
    }

    /** What came out, for the audit line and the counters. */
    synchronized Result result() {
        return new Result(
                arrival, facts, protocol, asked, dialed, killed, refusal, outcome, bytesUp, bytesDown, Map.copyOf(notes));
    }

    /** A session as it ended. */
    record Result(
            Arrival arrival,
            @Nullable SessionFacts facts,
            @Nullable String protocol,
            @Nullable DestinationName destination,
            @Nullable Dialed dialed,
            @Nullable Ending killed,
            @Nullable RefusedException refusal,
            Splice.@Nullable Outcome outcome,
            long bytesUp,
            long bytesDown,
            Map<String, String> notes) {}
}
