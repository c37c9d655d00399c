package io.relaygate.dist;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class that ends while a process that it started, or a process of such a process, still runs. */
final class NothingLeftBehind implements BeforeAllCallback, AfterAllCallback {

    private static final ExtensionContext.Namespace STORE = ExtensionContext.Namespace.create(NothingLeftBehind.class);

    /** The processes of this JVM at a moment. */
    private record Before(Set<Long> pids) {}

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getStore(STORE).put("before", new Before(children()));
    }

    /** The processes below this JVM that run now. */
    static Set<Long> children() {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Before before = context.getStore(STORE).get("before", Before.class);
        Set<Long> pids = before == null ? Set.of() : before.pids();
        try {
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> startedSince(pids).isEmpty());
        } catch (ConditionTimeoutException e) {
            List<ProcessHandle> left = startedSince(pids);
            left.forEach(ProcessHandle::destroyForcibly);
            throw new AssertionError("left behind: " + left.stream().map(p -> p.pid() + " " + p.info()).toList(), e);
        }
    }

    private static List<ProcessHandle> startedSince(Set<Long> pids) {
        return ProcessHandle.current()
                .descendants()
                .filter(p -> p.isAlive() && !pids.contains(p.pid()))
                .toList();
    }
}
