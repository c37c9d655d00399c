package io.relaygate.sdk.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.sdk.testkit.Samples.Named;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NothingLeftBehindTest {

    private final NothingLeftBehind extension = new NothingLeftBehind(Duration.ofMillis(200), List.of("others "));
    private final CountDownLatch free = new CountDownLatch(1);

    private void waits() {
        try {
            free.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void caught(Runnable leaves, Runnable cleans, String... words) {
        var before = NothingLeftBehind.now();
        leaves.run();
        try {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> extension.check(before))
                    .satisfies(e -> org.assertj.core.api.Assertions.assertThat(e.getMessage()).contains(words));
        } finally {
            cleans.run();
        }
        assertThatCode(() -> new NothingLeftBehind().check(before)).doesNotThrowAnyException();
    }

    @Test
    void threadThatIsLeftIsCaught() {
        caught(() -> Thread.ofPlatform().daemon().name("planted").start(this::waits), free::countDown,
                "thread 'planted' at ", "NothingLeftBehindTest.waits");
    }

    @Test
    void threadOfOthersIsNotTheirsWhoAreTested() {
        var before = NothingLeftBehind.now();
        Thread.ofPlatform().daemon().name("others pool-1").start(this::waits);
        assertThatCode(() -> extension.check(before)).doesNotThrowAnyException();
        free.countDown();
        assertThatCode(() -> NothingLeftBehind.butThreads().check(before)).doesNotThrowAnyException();
    }

    @Test
    void virtualThreadThatIsLeftIsCaught() {
        caught(() -> Thread.ofVirtual().name("planted virtual").start(this::waits), free::countDown, "thread 'planted virtual' at ");
    }

    @Test
    void routeThatIsLeftIsCaught() {
        RouteSetup setup = TestRoute.with(new Named(Samples::right)).to("cache");
        TestRoute[] left = new TestRoute[1];
        caught(() -> left[0] = setup.open(), () -> left[0].close(), "a route of protocol named with 0 sessions");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void socketThatIsLeftIsCaught() throws IOException {
        ServerSocket[] left = new ServerSocket[1];
        caught(() -> {
            try {
                left[0] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }, () -> {
            try {
                left[0].close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }, "socket:[");
    }
}
