package io.relaygate.sdk.testkit;

import io.relaygate.sdk.testkit.Peer.End;
import io.relaygate.sdk.testkit.Peer.Stop;
import io.relaygate.sdk.testkit.Peer.Stopped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Repeats a dialogue with the bytes of each peer cut, ended and broken off at every place. */
final class EveryCut {

    private static final Set<String> DONE = Set.of("CALLER_DONE", "DESTINATION_DONE");

    private final TestRoute route;
    private final Dialogue dialogue;

    EveryCut(TestRoute route, Dialogue dialogue) {
        this.route = route;
        this.dialogue = dialogue;
    }

    void run() {
        Map<String, Integer> lengths = whole("as it is", Plan.NONE);
        whole("with each byte by itself", new Plan(null, new Cut.Everywhere(), null));
        lengths.forEach((peer, length) -> {
            for (int at = 1; at < length; at++) {
                whole("with the bytes of " + peer + " cut " + after(at, length), new Plan(peer, new Cut.After(at), null));
            }
            for (int at = 0; at < length; at++) {
                stopped(peer + " ended its direction " + after(at, length), peer, new Stop(at, false));
                stopped(peer + " broke the connection " + after(at, length), peer, new Stop(at, true));
            }
        });
    }

    private static String after(int bytes, int all) {
        return "after " + bytes + " of " + all + " bytes";
    }

    /** How many bytes each peer has sent. */
    private Map<String, Integer> whole(String how, Plan plan) {
        TestSession session = route.connect(plan);
        Map<String, Integer> lengths = new LinkedHashMap<>();
        try {
            play(dialogue, session);
            session.peers().forEach(peer -> lengths.put(peer.name(), (int) peer.sent()));
        } catch (AssertionError e) {
            throw told(how, session, e);
        }
        return lengths;
    }

    /** Runs a dialogue; then the client ends, and the session must. */
    static void play(Dialogue dialogue, TestSession session) {
        dialogue.run(session);
        if (!session.client().isOver()) {
            session.client().finishes();
        }
        drain(session);
        session.ending();
    }

    private void stopped(String how, String whose, Stop stop) {
        TestSession session = route.connect(new Plan(whose, new Cut.Nowhere(), stop));
        try {
            try {
                dialogue.run(session);
                throw session.failure("the dialogue is another each time it is run", null);
            } catch (Stopped e) {
                // As planned.
            }
            List<Peer> others = session.peers().stream().filter(peer -> !peer.isOver() && !peer.name().equals(whose)).toList();
            Map<Peer, End> ends = drain(session);
            SessionEnding ending = session.ending();
            if (stop.reset()) {
                requireReset(session, whose, ending, others, ends);
            }
        } catch (AssertionError e) {
            throw told(how, session, e);
        }
    }

    /** A connection that broke must not look to anybody as if all had been said. */
    private static void requireReset(
            TestSession session, String whose, SessionEnding ending, List<Peer> others, Map<Peer, End> ends) {
        if (DONE.contains(ending.how())) {
            throw session.failure("the handler took it for an end", null);
        }
        if (whose.equals(Plan.CLIENT)) {
            others.stream().filter(peer -> ends.get(peer) == End.CLEAN).findFirst().ifPresent(peer -> {
                throw session.failure(peer.name() + " has seen an end", null);
            });
        }
    }

    /** Lets every peer take what comes until it ends. */
    private static Map<Peer, End> drain(TestSession session) {
        Map<Peer, End> ends = new ConcurrentHashMap<>();
        List<AssertionError> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (Peer peer : session.peers()) {
            threads.add(Thread.ofVirtual().name("drains " + peer.name()).start(() -> {
                try {
                    ends.put(peer, peer.drain());
                } catch (AssertionError e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return ends;
    }

    private static AssertionError told(String how, TestSession session, AssertionError e) {
        session.peers().forEach(Peer::abort);
        return new AssertionError(how + ": " + e.getMessage(), e);
    }
}
