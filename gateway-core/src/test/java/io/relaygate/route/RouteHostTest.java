package io.relaygate.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Alpn;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.Session;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a route lends to its protocol begins and ends with the route. */
@Timeout(60)
class RouteHostTest {

    private static final Duration PERIOD = Duration.ofSeconds(7);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final Deadlines deadlines = new Deadlines(now::get);
    private final Metrics all = new Metrics();
    private final Threads threads = new Threads(0);
    private final RouteHost host = new RouteHost(new RouteHost.Said("orders", "a-b", false, false, Alpn.NONE), all, now::get, deadlines, threads);
    private final List<String> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void nothingGoesOn() {
        await().until(() -> threads.alive() == 0);
        assertThat(deadlines.waiting()).isZero();
        threads.close();
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
        deadlines.wake();
    }

    private ProtocolHandler handler() {
        return new ProtocolHandler() {
            @Override
            public void handle(Session session) {}

            @Override
            public void close() {
                told.add("closed");
            }
        };
    }

    @Test
    void runsATaskEveryPeriodFromTheBeginningToTheEndOfTheRouteWhateverItThrows() {
        AtomicInteger times = new AtomicInteger();
        ProtocolHandler route = host.begin(context -> {
            context.every(PERIOD, () -> {
                if (times.incrementAndGet() == 1) {
                    throw new IllegalStateException("the first time");
                }
            });
            assertThat(deadlines.waiting()).as("before the route has begun").isZero();
            return handler();
        });
        for (int time = 1; time <= 3; time++) {
            int expected = time;
            await().until(() -> deadlines.waiting() == 1);
            pass(PERIOD.minusMillis(1));
            assertThat(times).hasValue(time - 1);
            pass(Duration.ofMillis(1));
            await().until(() -> times.get() == expected);
        }
        await().until(() -> deadlines.waiting() == 1);
        route.close();
        pass(PERIOD.multipliedBy(2));
        assertThat(times).hasValue(3);
        assertThat(told).containsExactly("closed");
    }

    @Test
    void waitsForATaskThatHasBegunBeforeItClosesTheHandler() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ProtocolHandler route = host.begin(context -> {
            context.every(PERIOD, () -> {
                begun.countDown();
                passed(goOn);
                told.add("task");
            });
            return handler();
        });
        pass(PERIOD);
        passed(begun);
        Thread closing = Thread.ofVirtual().start(route::close);
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        goOn.countDown();
        await().until(() -> !closing.isAlive());
        assertThat(told).containsExactly("task", "closed");
    }

    private static void passed(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void endsATaskWhenItIsToldAndTakesNoneThatIsTooFrequent() throws IOException {
        ProtocolHandler route = host.begin(_ -> handler());
        Closeable task = host.every(PERIOD, () -> told.add("task"));
        assertThat(deadlines.waiting()).isOne();
        task.close();
        assertThat(deadlines.waiting()).isZero();
        assertThatThrownBy(() -> host.every(Duration.ofMillis(99), () -> {})).isInstanceOf(IllegalArgumentException.class);
        route.close();
    }

    @Test
    void interruptsThreadsThatGoOnAfterTheHandlerIsClosedAndMakesNoMore() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<@Nullable ClassLoader> loader = new AtomicReference<>();
        ProtocolHandler route = host.begin(_ -> handler());
        Thread thread = host.threads().newThread(() -> {
            loader.set(Thread.currentThread().getContextClassLoader());
            try {
                never.await();
            } catch (InterruptedException e) {
                told.add("interrupted");
            }
        });
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        route.close();
        assertThat(told).containsExactly("closed", "interrupted");
        assertThat(thread.isAlive()).isFalse();
        assertThat(loader.get()).isSameAs(Thread.currentThread().getContextClassLoader());
        assertThatThrownBy(() -> host.threads().newThread(() -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void countsUnderTheNamesOfProtocolAndRouteAndTakesGaugesOutAtTheEnd() {
        ProtocolHandler route = host.begin(_ -> handler());
        host.metrics().counter("logins", "Logins.", "database").add(2, "Orders");
        host.metrics().counter("logins", "Logins.", "database").add(1, "Orders");
        host.metrics().gauge("open", "Open.", () -> 5);
        assertThat(all.exposition())
                .contains("relaygate_a_b_logins_total{database=\"Orders\",route=\"orders\"} 3")
                .contains("relaygate_a_b_open{route=\"orders\"} 5");
        assertThatThrownBy(() -> host.metrics().counter("logins", "Logins.")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> host.metrics().counter("Logins-", "Logins.")).isInstanceOf(IllegalArgumentException.class);
        route.close();
        assertThat(all.exposition()).contains("relaygate_a_b_logins_total").doesNotContain("relaygate_a_b_open{");
    }

    @Test
    void countsHowOftenAValueFellIntoEachBucket() {
        ProtocolHandler route = host.begin(_ -> handler());
        for (double seconds : new double[] {0.005, 0.05, 7}) {
            host.metrics().histogram("wait_seconds", "Waits.", List.of(0.01, 0.1, 1.0), "host").observe(seconds, "a.example");
        }
        assertThat(all.exposition())
                .contains("relaygate_a_b_wait_seconds_bucket{host=\"a.example\",route=\"orders\",le=\"0.1\"} 2")
                .contains("relaygate_a_b_wait_seconds_count{host=\"a.example\",route=\"orders\"} 3");
        assertThatThrownBy(() -> host.metrics().histogram("wait_seconds", "Waits.", List.of(0.01))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> host.metrics().histogram("other", "Waits.", List.of(1.0, 1.0))).isInstanceOf(IllegalArgumentException.class);
        route.close();
    }
}
