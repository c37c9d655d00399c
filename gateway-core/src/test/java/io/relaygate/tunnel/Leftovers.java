package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Buffers;
import io.relaygate.net.Threads;
import java.time.Duration;

/** What must not be left when both ends of a tunnel are closed. */
final class Leftovers {

    private Leftovers() {}

    /** Waits until there is no thread, no buffer and no promise, and ends the threads. */
    static void none(Threads threads, Budget budget) {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(threads.alive()).as("threads").isZero();
            assertThat(Buffers.outstanding()).as("buffers").isZero();
            assertThat(budget.promised()).as("promises").isZero();
        });
        threads.close();
    }
}
