package io.relaygate.session;

import io.relaygate.access.Admission;
import io.relaygate.access.Arrival;
import io.relaygate.access.identity.Judgement;
import io.relaygate.destination.Destination;
import io.relaygate.destination.Dialed;
import io.relaygate.net.Link;
import io.relaygate.net.SocketLink;
import io.relaygate.net.Splice;
import io.relaygate.net.Threads;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.Ending;
import io.relaygate.observe.SessionEvent;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.sdk.Verdict;
import java.io.IOException;
import java.net.InetSocketAddress;
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
    private final AuditTrail audit;
    private final Connections connections = new Connections();
    private final Logins logins;
    private final Loans loans = new Loans();
    private final Carried carried;
    private final List<Child> children = new ArrayList<>();
    private final Shares shares = new Shares();
    private final Told told = new Told();
    private final Map<String, String> notes = new LinkedHashMap<>();

    private Callers callers;
    private Function<DestinationName, Optional<Destination>> destinations = name -> Optional.empty();
    private volatile @Nullable SessionFacts facts;
    private Arrival.@Nullable Tls tls;
    private @Nullable String protocol;
    private @Nullable Link client;
    private boolean taken;
    private volatile @Nullable DestinationName asked;
    private volatile @Nullable HostPort named;
    private volatile @Nullable Dialed dialed;

    LiveSession(Arrival arrival, Threads threads, AuditTrail audit, SessionMetrics metrics) {
        this.arrival = arrival;
        this.threads = threads;
        this.carried = new Carried(threads);
        this.callers = new Callers(arrival, new Admission.Nobody("no route"), null, false, () -> {});
        this.audit = audit;
        this.logins = new Logins(this, arrival, audit, metrics);
    }

    /**
     * Says which route took the session, and what can be dialled.
     *
     * @param seen what was seen of the client's TLS, or null if nobody has looked
     * @param who who may act in it
     */
    public void routed(
            SessionFacts routeFacts,
            String protocolName,
            Arrival.@Nullable Tls seen,
            Callers who,
            Function<DestinationName, Optional<Destination>> places) {
        protocol = protocolName;
        tls = seen;
        callers = who;
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

    /** How many connections of it are open, the client's among them. */
    int open() {
        return connections.open();
    }

    /** How many of its tasks it remembers: those that run, and the last that did not. */
    synchronized int tasks() {
        return children.size();
    }

    /** Who was let through to where. */
    public List<Callers.Use> uses() {
        return callers.uses();
    }

    /**
     * Asks a destination again for the host that the client has named last, if it has named any.
     *
     * @throws RefusedException if that is not permitted
     */
    public void reviewNamed(Destination destination) throws RefusedException {
        HostPort host = named;
        Dialed reached = dialed;
        if (host == null || reached == null) {
            return;
        }
        InetSocketAddress address = SocketLink.address(reached.address());
        if (address != null) {
            destination.permits(host, address.getAddress());
        }
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
            known = carried.client(arrival.client().accept(arrival.deadline()));
            known.deadline(dialed == null ? arrival.deadline() : null);
            client = known;
            connections.keep(known, null);
        }
        return known;
    }

    @Override
    public Verdict judge(Credential... proofs) {
        Judgement judgement = callers.judge(dialed != null, proofs);
        if (judgement.denial() != null) {
            logins.refused(judgement.denial());
        }
        return judgement.verdict();
    }

    @Override
    public void actAs(Caller caller) throws RefusedException {
        callers.actAs(caller);
        facts = facts().with(caller);
    }

    @Override
    public Connection dial(Caller caller, DestinationName name) throws IOException {
        return dial(caller, name, List.of());
    }

    @Override
    public Connection dial(Caller caller, DestinationName name, List<String> offered) throws IOException {
        named = null;
        return reach(caller, name, null, offered, false).link();
    }

    @Override
    public Connection dial(Caller caller, DestinationName name, HostPort host) throws IOException {
        note("asked", host.toString());
        Connection reached = reach(caller, name, host, List.of(), false).link();
        named = host;
        return reached;
    }

    @Override
    public Connection borrow(Caller caller, DestinationName name) throws IOException {
        named = null;
        return loans.lent(reach(caller, name, null, List.of(), true));
    }

    @Override
    public void giveBack(Connection connection) {
        loans.giveBack(connection);
    }

    @Override
    public @Nullable Peer peer(Connection connection) {
        return connections.peer(connection);
    }

    private Dialed reach(Caller caller, DestinationName name, @Nullable HostPort host, List<String> offered, boolean borrows)
            throws IOException {
        Optional<Destination> there = destinations.apply(name);
        if (there.isPresent()) {
            asked = name;
        }
        SessionFacts known = facts;
        Dialed reached = new Attempt(audit, arrival, known == null ? null : known.route(), caller, name, host, List.copyOf(offered), borrows)
                .make(dialed != null, there, callers, shares, told);
        connections.keep(reached.link(), reached.peer());
        dialed = reached;
        if (client != null) {
            client.deadline(null);
        }
        return reached;
    }

    @Override
    public void splice(Connection a, Connection b) {
        carried.splice(a, b);
    }

    @Override
    public void forward(DestinationName name) throws IOException {
        Connection destination = dial(facts().caller(), name);
        splice(client(), destination);
    }

    @Override
    public Fork fork(String name, IoTask task) {
        Child child = new Child(
                threads,
                "session " + arrival.session() + " " + name,
                task,
                why -> note(name, why),
                () -> connections.kill(Ending.BROKEN, null));
        synchronized (this) {
            children.removeIf(Child::isOver);
            children.add(child);
        }
        return child;
    }

    @Override
    public synchronized void note(String fact, String value) {
        notes.put(fact, value);
    }

    @Override
    public void event(String name, @Nullable String line, Map<String, String> particulars) {
        SessionFacts known = facts();
        audit.record(new SessionEvent(
                arrival.session(), arrival.entryPoint(), known.route(), known.caller(), arrival.source(), name, line, particulars));
    }

    /** Ends the session from outside: its connections break, and {@code why} is its ending. */
    void kill(Ending why) {
        connections.kill(why, null);
    }

    /** Ends the session because it may not go on. */
    void refuse(RefusedException why) {
        connections.kill(Ending.REFUSED, why);
    }

    /** Gives back everything; a client that was never taken is refused with the reason. */
    void end(@Nullable Exception failure) {
        if (!taken) {
            arrival.client().refuse(failure instanceof RefusedException refused
                    ? refused
                    : new RefusedException(Reason.UNREACHABLE, "the session failed before it was connected"));
        }
        List<Child> running;
        synchronized (this) {
            running = List.copyOf(children);
        }
        Splice.Outcome outcome = carried.outcome();
        connections.end(failure == null && (outcome == null || outcome.failure() == null));
        running.forEach(Child::await);
        shares.giveBack();
    }

    /** What came out, for the audit line and the counters. */
    synchronized SessionResult result() {
        return new SessionResult(
                arrival, facts, protocol, asked, dialed, connections.killed(), connections.refusal(), carried.outcome(), carried.up(), carried.down(), Map.copyOf(notes));
    }
}
