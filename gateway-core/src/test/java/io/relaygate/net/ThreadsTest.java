package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ThreadsTest {

    @Test
    void startsVirtualThreadsAndCountsThem() {
        try (Threads threads = new Threads(1)) {
            CountDownLatch end = new CountDownLatch(1);
            Thread thread = threads.start("a name", () -> awaitQuietly(end));
            assertThat(thread.isVirtual()).isTrue();
            assertThat(thread.getName()).isEqualTo("a name");
            assertThat(threads.alive()).isEqualTo(1);
            end.countDown();
            await().until(() -> threads.alive() == 0);
        }
    }

    @Test
    void givesPlatformThreadsUpToTheLimit() {
        try (Threads threads = new Threads(1)) {
            CountDownLatch end = new CountDownLatch(1);
            AtomicReference<Boolean> virtual = new AtomicReference<>();
            threads.start("first", () -> threads.runBusy(() -> {
                virtual.set(Thread.currentThread().isVirtual());
                awaitQuietly(end);
            }));
            await().until(() -> virtual.get() != null);
            assertThat(virtual.get()).isFalse();
            assertThat(threads.busy()).isEqualTo(1);
            assertThat(threads.runBusy(() -> {})).isFalse();
            end.countDown();
            await().until(() -> threads.busy() == 0);
            await().until(() -> threads.runBusy(() -> {}));
        }
    }

    @Test
    void givesNoneIfTheLimitIsZeroOrItIsClosed() {
        Threads none = new Threads(0);
        assertThat(none.runBusy(() -> {})).isFalse();
        Threads closed = new Threads(5);
        closed.close();
        assertThat(closed.runBusy(() -> {})).isFalse();
        assertThat(closed.busy()).isZero();
    }

    @Test
    void whoRunsATaskOnAnotherThreadLendsItsClassLoaderAndGetsItsDefect() throws Exception {
        try (Threads threads = new Threads(1);
                URLClassLoader own = new URLClassLoader(new URL[0])) {
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            AtomicReference<ClassLoader> seen = new AtomicReference<>();
            try {
                Thread.currentThread().setContextClassLoader(own);
                assertThatIllegalStateException()
                        .isThrownBy(() -> threads.runBusy(() -> {
                            seen.set(Thread.currentThread().getContextClassLoader());
                            throw new IllegalStateException("a defect");
                        }))
                        .withMessage("a defect");
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
            assertThat(seen.get()).isSameAs(own);
            await().until(() -> threads.runBusy(() -> seen.set(Thread.currentThread().getContextClassLoader())));
            assertThat(seen.get()).isSameAs(before);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
