package io.relaygate.dist;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** What the processes hold while no session is open. */
record Counts(List<Held> processes) {

    /**
     * The JVM itself adds or drops a thread (compilers, carriers) or a descriptor (a poller's) now and then, but not
     * one for each of thousands of sessions.
     */
    private static final int OWN_THREADS = 8;

    private static final int OWN_FILES = 6;

    /** What one process holds. */
    record Held(String name, int threads, int files, double sessions, double buffers) {

        private static Held of(String name, RelayGateProcess process) {
            return new Held(name, process.child().threads(), process.child().openFiles(),
                    process.metric("relaygate_sessions_open"), process.metric("relaygate_buffers_in_use"));
        }

        private boolean idle() {
            return sessions == 0 && buffers == 0;
        }

        private boolean backAt(Held before) {
            return idle() && threads <= before.threads + OWN_THREADS && files <= before.files + OWN_FILES;
        }
    }

    /** What is held once every session has ended. */
    static Counts settled(ThreeProcesses gateways) {
        await(gateways, "sessions or buffers are left", counts -> counts.processes.stream().allMatch(Held::idle));
        return now(gateways);
    }

    /** Fails unless the counts come back to what they were. */
    static void awaitBack(ThreeProcesses gateways, Counts before) {
        await(gateways, "not back at " + before, counts -> counts.backAt(before));
    }

    private boolean backAt(Counts before) {
        for (int i = 0; i < processes.size(); i++) {
            if (!processes.get(i).backAt(before.processes.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static void await(ThreeProcesses gateways, String otherwise, Predicate<Counts> wanted) {
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> wanted.test(now(gateways)));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(otherwise + ": " + now(gateways), e);
        }
    }

    private static Counts now(ThreeProcesses gateways) {
        List<Held> held = new ArrayList<>();
        held.add(Held.of("relay", gateways.relay()));
        held.add(Held.of("site", gateways.site()));
        held.add(Held.of("edge", gateways.edge()));
        return new Counts(held);
    }
}
