package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rates delay, and never drop; a wait for them ends when the link does. */
@Timeout(40)
class ThrottledLinkTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private long now = 1_000_000;

    @Test
    void bytesBeyondTheRateArePaidWithTime() {
        ByteRate rate = new ByteRate(1000, () -> now);
        assertThat(rate.gone(250)).as("what goes at once after a silence").isLessThanOrEqualTo(now);
        assertThat(rate.gone(1000)).isEqualTo(now + SECOND);
        assertThat(rate.gone(500)).isEqualTo(now + SECOND * 3 / 2);
        now += SECOND * 10;
        assertThat(rate.gone(250)).as("a silence saves no more than a moment").isEqualTo(now);
        rate.change(4000);
        assertThat(rate.gone(1000)).isEqualTo(now + SECOND / 4);
    }

    @Test
    void aLinkWithoutARateIsTheLinkItself() {
        try (LinkPair pair = LinkPair.pipe()) {
            assertThat(ThrottledLink.of(pair.client(), List.of())).isSameAs(pair.client());
        }
    }

    private static void discard(Link link) {
        LinkPair.THREADS.execute(() -> {
            try {
                link.in().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // The test has ended the link.
            }
        });
    }

    @Test
    void linksThatShareARateAreTogetherAsFastAsItIs() throws Exception {
        ByteRate rate = new ByteRate(400_000);
        try (LinkPair one = LinkPair.tcp();
                LinkPair two = LinkPair.tcp()) {
            long began = System.nanoTime();
            List<CompletableFuture<Void>> writers = List.of(write(one, rate), write(two, rate));
            for (CompletableFuture<Void> each : writers) {
                each.get(30, TimeUnit.SECONDS);
            }
            // 400,000 bytes, of which the burst and the last pieces take no time.
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofMillis(600), Duration.ofSeconds(20));
        }
    }

    private static CompletableFuture<Void> write(LinkPair pair, ByteRate rate) {
        Link link = ThrottledLink.of(pair.client(), List.of(rate));
        discard(pair.server());
        return CompletableFuture.runAsync(() -> {
            try {
                link.out().write(new byte[200_000]);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }, LinkPair.THREADS);
    }

    /** A link whose next byte may go in a thousand seconds. */
    private static Link exhausted(Link link) {
        ByteRate rate = new ByteRate(1000);
        Link throttled = ThrottledLink.of(link, List.of(rate));
        rate.gone(1_000_000);
        return throttled;
    }

    private static CompletableFuture<Throwable> waiting(Link link, boolean reads) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        LinkPair.THREADS.execute(() -> {
            try {
                link.out().write(new byte[512]);
                if (reads) {
                    link.in().read();
                    link.in().read();
                } else {
                    link.out().write(new byte[512]);
                }
                failure.complete(new AssertionError("it did not wait"));
            } catch (IOException e) {
                failure.complete(e);
            }
        });
        return failure;
    }

    @Test
    void aPausedReadAndWriteEndAtOnceWhenTheLinkIsAborted() throws Exception {
        for (boolean reads : new boolean[] {true, false}) {
            try (LinkPair pair = LinkPair.tcp()) {
                pair.server().out().write(new byte[2000]);
                Link link = exhausted(pair.client());
                CompletableFuture<Throwable> failure = waiting(link, reads);
                pair.server().in().readNBytes(512);
                assertThatThrownBy(() -> failure.get(100, TimeUnit.MILLISECONDS)).isNotInstanceOf(ExecutionException.class);
                link.abort();
                assertThat(failure.get(5, TimeUnit.SECONDS)).isInstanceOf(SocketException.class).hasMessageContaining("aborted");
            }
        }
    }

    @Test
    void aPausedReadEndsAtTheDeadline() throws Exception {
        try (LinkPair pair = LinkPair.tcp()) {
            pair.server().out().write(new byte[2000]);
            Link link = exhausted(pair.client());
            CompletableFuture<Throwable> failure = waiting(link, true);
            pair.server().in().readNBytes(512);
            link.deadline(Instant.now().plusMillis(50));
            assertThat(failure.get(5, TimeUnit.SECONDS)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aPausedPumpHoldsNoBufferAndItsSpliceEndsWhenTheOtherSideBreaks() throws Exception {
        Threads threads = new Threads(2);
        int before = Buffers.outstanding();
        try (LinkPair near = LinkPair.tcp();
                LinkPair far = LinkPair.tcp()) {
            Link slow = exhausted(near.server());
            CompletableFuture<Splice.Outcome> over = CompletableFuture.supplyAsync(
                    () -> Splice.run(slow, far.client(), threads), LinkPair.THREADS);
            near.client().out().write(new byte[5000]);
            assertThat(far.server().in().readNBytes(512)).hasSize(512);
            await().until(() -> Buffers.outstanding() <= before);
            far.server().abort();
            assertThat(over.get(5, TimeUnit.SECONDS).failure()).isNotNull();
        } finally {
            threads.close();
        }
    }
}
