package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DeadlinesTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final Deadlines deadlines = new Deadlines(() -> now.updateAndGet(instant -> instant));
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private void advance(int seconds) {
        now.updateAndGet(instant -> instant.plusSeconds(seconds));
        deadlines.wake();
    }

    @Test
    void runsWhatIsDueInOrderAndNothingElse() {
        deadlines.after(Duration.ofSeconds(20), () -> ran.add("late"));
        deadlines.after(Duration.ofSeconds(5), () -> ran.add("b"));
        deadlines.at(Instant.EPOCH.plusSeconds(3), () -> ran.add("a"));
        Deadlines.Timer cancelled = deadlines.after(Duration.ofSeconds(4), () -> ran.add("cancelled"));
        assertThat(deadlines.waiting()).isEqualTo(4);
        cancelled.cancel();
        advance(10);
        await().until(() -> deadlines.waiting() == 1);
        await().untilAsserted(() -> assertThat(ran).containsExactly("a", "b"));
        assertThat(deadlines.passed(Instant.EPOCH.plusSeconds(10))).isTrue();
        assertThat(deadlines.passed(Instant.EPOCH.plusSeconds(11))).isFalse();
    }

    @Test
    void anActionThatFailsHindersNoOther() {
        deadlines.after(Duration.ofSeconds(1), () -> {
            throw new IllegalStateException("for the test");
        });
        deadlines.after(Duration.ofSeconds(2), () -> ran.add("after"));
        advance(3);
        await().untilAsserted(() -> assertThat(ran).containsExactly("after"));
    }

    @Test
    void whatIsOverdueRunsAtOnce() {
        deadlines.at(Instant.EPOCH.minusSeconds(1), () -> ran.add("overdue"));
        await().untilAsserted(() -> assertThat(ran).containsExactly("overdue"));
    }
}
