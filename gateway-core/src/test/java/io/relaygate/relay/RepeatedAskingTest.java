package io.relaygate.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Race;
import io.relaygate.net.Threads;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a sender does whose relay has picked a listener that does not answer. */
@Timeout(30)
class RepeatedAskingTest {

    private final Threads threads = new Threads(0);
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<Link> farEnds = new CopyOnWriteArrayList<>();

    @AfterEach
    void leavesNothing() {
        release.countDown();
        await().until(() -> threads.alive() == 0);
        threads.close();
    }

    private Link answer(Race.Attempt<Link> question, Duration limit) throws IOException {
        return new RepeatedAsking(threads, Duration.ofMillis(20)).answer("relay own: ", question, Instant.now().plus(limit));
    }

    private Link connected() {
        PipeLink.Pair pair = PipeLink.pair();
        farEnds.add(pair.b());
        return pair.a();
    }

    /** Says nothing until the test's end. */
    private void stayAway() {
        until(release);
    }

    private static void until(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void asksAgainBesideAQuestionThatNobodyAnswersAndClosesWhatComesLate() throws Exception {
        try (Link link = answer(
                () -> {
                    if (asked.incrementAndGet() < 3) {
                        stayAway();
                    }
                    return connected();
                },
                Duration.ofSeconds(20))) {
            link.out().write(1);
            assertThat(farEnds.getFirst().in().read()).isEqualTo(1);
            release.countDown();
            await().until(() -> farEnds.size() == asked.get());
            for (Link late : farEnds.subList(1, farEnds.size())) {
                assertThat(late.in().read()).as("closed").isEqualTo(-1);
            }
        }
        assertThat(asked.get()).isBetween(3, 4);
    }

    @Test
    void asksFourTimesAtMostAndSaysThatNobodyAnswered() {
        assertThatThrownBy(() -> answer(
                        () -> {
                            asked.incrementAndGet();
                            stayAway();
                            return connected();
                        },
                        Duration.ofSeconds(2)))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SITE))
                .hasMessage("relay own: no listener has answered in time");
        assertThat(asked).hasValue(4);
    }

    @Test
    void takesARefusalForTheAnswer() {
        for (RefusedException why : List.of(
                new RefusedException(Reason.NOT_FOUND, "no such service"),
                new Refusal.OtherProcess("two", "0".repeat(32)).refusal(),
                new RefusedException(Reason.NO_RELAY, "the credential is refused"))) {
            asked.set(0);
            assertThatThrownBy(() -> answer(
                            () -> {
                                if (asked.incrementAndGet() == 1) {
                                    stayAway();
                                }
                                throw why;
                            },
                            Duration.ofSeconds(20)))
                    .isSameAs(why);
            assertThat(asked.get()).isBetween(2, 4);
        }
    }

    @Test
    void doesNotAskAgainWhereTheFirstIsRefused() {
        RefusedException nobody = new RefusedException(Reason.NO_SITE, "nobody listens");
        assertThatThrownBy(() -> answer(
                        () -> {
                            asked.incrementAndGet();
                            throw nobody;
                        },
                        Duration.ofSeconds(20)))
                .isSameAs(nobody);
        assertThat(asked).hasValue(1);
    }

    @Test
    void waitsForOthersWhereOneListenerHasNotAnsweredInTime() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        try (Link link = answer(
                () -> {
                    if (asked.incrementAndGet() == 1) {
                        until(second);
                        throw new RefusedException(Reason.NO_SITE, "no listener answers");
                    }
                    second.countDown();
                    await().until(() -> threads.alive() < asked.get());
                    return connected();
                },
                Duration.ofSeconds(20))) {
            assertThat(link.canFinish()).isTrue();
        }
    }
}
