package io.relaygate.sdk.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * For JUnit, {@code @ExtendWith(NothingLeftBehind.class)}: fails a test that ends while a session, a thread or a socket is there that was
 * not before. What ends by itself within five seconds is nothing left. Sockets are seen on Linux alone. Not for tests that
 * run beside others in one process.
 */
public final class NothingLeftBehind implements BeforeEachCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace STORE = ExtensionContext.Namespace.create(NothingLeftBehind.class);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Duration grace;
    private final List<String> others;

    /** What is there at a moment. */
    record Before(Set<Long> threads, Set<String> sockets) {}

    /** As JUnit makes it. */
    public NothingLeftBehind() {
        this(GRACE, List.of());
    }

    NothingLeftBehind(Duration grace, List<String> others) {
        this.grace = grace;
        this.others = others;
    }

    /**
     * For a field with {@code @RegisterExtension}: the same, but for threads that a test's own tools leave for a while, such as a server's that is the
     * destination.
     *
     * @param beginnings what the names of such threads begin with
     */
    public static NothingLeftBehind butThreads(String... beginnings) {
        return new NothingLeftBehind(GRACE, List.of(beginnings));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(STORE).put("before", now());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Before before = context.getStore(STORE).get("before", Before.class);
        check(before == null ? new Before(Set.of(), Set.of()) : before);
    }

    static Before now() {
        return new Before(LiveThreads.ids(), OpenSockets.all());
    }

    void check(Before before) {
        long limit = System.nanoTime() + grace.toNanos();
        List<String> left = left(before);
        while (!left.isEmpty() && System.nanoTime() < limit) {
            LockSupport.parkNanos(10_000_000);
            left = left(before);
        }
        if (!left.isEmpty()) {
            throw new AssertionError("left behind: " + String.join("; ", left));
        }
    }

    private List<String> left(Before before) {
        List<String> left = new ArrayList<>(TestRoute.left());
        left.addAll(TestGateways.left());
        LiveThreads.since(before.threads()).stream()
                .filter(thread -> others.stream().noneMatch(each -> thread.startsWith("'" + each)))
                .forEach(thread -> left.add("thread " + thread));
        Set<String> sockets = OpenSockets.all();
        sockets.removeAll(before.sockets());
        sockets.forEach(socket -> left.add(socket));
        return left;
    }
}
