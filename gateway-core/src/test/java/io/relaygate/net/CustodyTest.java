package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CustodyTest {

    /** As many as it takes to meet the moment between taking the lock and looking whether it is over. */
    private static final int ROUNDS = 30_000;

    private final AtomicInteger held = new AtomicInteger();

    private Custody custody() {
        return new Custody(() -> held.set(0), "gone");
    }

    @Test
    void whatIsHeldIsGivenBackWheneverItEnds() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        try (var threads = Executors.newFixedThreadPool(1)) {
            for (int round = 0; round < ROUNDS; round++) {
                Custody custody = custody();
                var worker = CompletableFuture.runAsync(() -> workUntilItIsOver(custody, together), threads);
                together.await();
                for (int i = round % 50; i > 0; i--) {
                    Thread.onSpinWait();
                }
                custody.end();
                worker.join();
                assertThat(held).as("after round %d", round).hasValue(0);
            }
        }
    }

    private void workUntilItIsOver(Custody custody, CyclicBarrier together) {
        try {
            together.await();
            while (true) {
                custody.enter();
                held.set(1);
                custody.leave();
            }
        } catch (SocketException e) {
            assertThat(e).hasMessage("gone");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoeverEndsItInTheMiddleOfTheWorkKeepsWhatIsHeldUntilItLeaves() throws Exception {
        Custody custody = custody();
        custody.enter();
        held.set(1);
        custody.end();
        assertThat(held).hasValue(1);
        custody.leave();
        assertThat(held).hasValue(0);
        assertThatThrownBy(custody::enter).isInstanceOf(SocketException.class);
    }
}
