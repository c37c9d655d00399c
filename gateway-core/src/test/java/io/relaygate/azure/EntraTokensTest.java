package io.relaygate.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.relaygate.azure.TokenAnswer.Issued;
import io.relaygate.net.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class EntraTokensTest {

    private static final String RELAY = "https://relay.azure.net/";

    private final Instant[] now = {Instant.EPOCH};
    private final AtomicInteger fetches = new AtomicInteger();
    private Issued answer = new Issued("t", Duration.ofHours(1), null);
    private @Nullable IOException trouble;
    private final EntraTokens tokens = new EntraTokens((resource, deadline) -> fetch(), () -> now[0]);

    private Issued fetch() throws IOException {
        fetches.incrementAndGet();
        if (trouble != null) {
            throw trouble;
        }
        return new Issued("t" + fetches.get(), answer.life(), answer.refresh());
    }

    private String token() throws IOException {
        return tokens.token(RELAY, Instant.MAX).value();
    }

    private void pass(long seconds) {
        now[0] = now[0].plusSeconds(seconds);
    }

    @ParameterizedTest
    @CsvSource({
        "3600,, 3300", "86400,, 43200", "600,, 300", "60,, 30", "86400, 1800, 1800", "3600, 7200, 3300", "3600, 0, 3300",
    })
    void aTokenIsRenewedWhenItsIssuerSaysOrElseWellBeforeItEnds(long life, @Nullable Long refresh, long renewed) throws IOException {
        answer = new Issued("t", Duration.ofSeconds(life), refresh == null ? null : Duration.ofSeconds(refresh));
        assertThat(token()).isEqualTo("t1");
        assertThat(tokens.token(RELAY, Instant.MAX).fresh()).isEqualTo(Duration.ofSeconds(renewed));
        pass(renewed - 1);
        assertThat(token()).isEqualTo("t1");
        pass(1);
        assertThat(token()).isEqualTo("t2");
    }

    @Test
    void countsTokensAndSaysHowLongThePresentOneCounts() throws IOException {
        assertThat(tokens.count()).isEqualTo(new EntraTokens.Count(0, 0, null));
        trouble = new IOException("no");
        assertThatIOException().isThrownBy(this::token).withMessage("no");
        assertThatIOException().as("nobody is asked again so soon").isThrownBy(this::token).withMessage("no");
        assertThat(tokens.count()).isEqualTo(new EntraTokens.Count(0, 1, null));
        trouble = null;
        pass(10);
        token();
        pass(100);
        assertThat(tokens.count()).isEqualTo(new EntraTokens.Count(1, 1, Duration.ofSeconds(3500)));
        trouble = new IOException("no");
        pass(3400);
        token();
        assertThat(tokens.count()).as("the old one counts on").isEqualTo(new EntraTokens.Count(1, 2, Duration.ofSeconds(100)));
        pass(200);
        assertThatIOException().isThrownBy(this::token).withMessage("no");
        assertThat(tokens.count().left()).isEqualTo(Duration.ofSeconds(-100));
    }

    @Test
    void oneRequestServesAllWhoWait() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        EntraTokens slow = EntraTokens.of((resource, deadline) -> {
            asked.countDown();
            try {
                answered.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return fetch();
        });
        List<String> got = new CopyOnWriteArrayList<>();
        AtomicInteger started = new AtomicInteger();
        try (Threads threads = new Threads(0)) {
            for (int i = 0; i < 100; i++) {
                threads.start("asker", () -> {
                    started.incrementAndGet();
                    try {
                        got.add(slow.token(RELAY, Instant.now().plusSeconds(30)).value());
                    } catch (IOException e) {
                        got.add(String.valueOf(e.getMessage()));
                    }
                });
            }
            asked.await();
            await().until(() -> started.get() == 100);
            assertThatIOException().isThrownBy(() -> slow.token(RELAY, Instant.now())).withMessageContaining("no token in time");
            answered.countDown();
            await().until(() -> got.size() == 100);
        }
        assertThat(got).containsOnly("t1");
        assertThat(fetches).hasValue(1);
    }

    @Test
    void whoIsAskedToWaitWaitsWhileTheOldTokenIsUsed() throws IOException {
        assertThat(token()).isEqualTo("t1");
        trouble = new BusyException("answered 429", 120);
        pass(3300);
        assertThat(token()).isEqualTo("t1");
        assertThat(tokens.token(RELAY, Instant.MAX).fresh()).as("another one is due").isLessThanOrEqualTo(Duration.ZERO);
        pass(119);
        assertThat(token()).isEqualTo("t1");
        assertThat(fetches).as("it asked to be left alone for two minutes").hasValue(2);
        trouble = null;
        pass(1);
        assertThat(token()).isEqualTo("t3");
    }

    @Test
    void whatFailsIsAskedMoreAndMoreSeldom() throws IOException {
        assertThat(token()).isEqualTo("t1");
        trouble = new IOException("no");
        pass(3300);
        int seconds = 0;
        for (int pause : new int[] {5, 10, 20, 40, 60, 60}) {
            int before = fetches.get();
            token();
            assertThat(fetches).as("after " + seconds).hasValue(before + 1);
            pass(pause - 1);
            token();
            assertThat(fetches).hasValue(before + 1);
            pass(1);
            seconds += pause;
        }
        pass(300);
        assertThatIOException().isThrownBy(this::token).withMessage("no");
    }

    @Test
    void whoHasNoTokenWaitsForABusyIssuerAsLongAsThereIsTime() throws IOException {
        EntraTokens busy = EntraTokens.of((resource, deadline) -> {
            if (fetches.get() < 1) {
                fetches.incrementAndGet();
                throw new BusyException("answered 503", 0);
            }
            return fetch();
        });
        assertThat(busy.token(RELAY, Instant.now().plusSeconds(30)).value()).isEqualTo("t2");

        EntraTokens closed = EntraTokens.of((resource, deadline) -> {
            throw new BusyException("answered 429", 600);
        });
        assertThatIOException().isThrownBy(() -> closed.token(RELAY, Instant.now().plusSeconds(30))).withMessage("answered 429");
    }

    @Test
    void tokensForDifferentThingsAreDifferent() throws IOException {
        assertThat(token()).isEqualTo("t1");
        assertThat(tokens.token("https://vault.azure.net", Instant.MAX).value()).isEqualTo("t2");
        assertThat(tokens.token(RELAY, Instant.MAX)).as("and hide what they are").asString().doesNotContain("t1");
    }

    @Test
    void timeThatPassesIsNotMovedByTheClock() {
        ElapsedTime time = new ElapsedTime();
        Instant first = time.instant();
        assertThat(first).isBetween(Instant.EPOCH, Instant.EPOCH.plusSeconds(30));
        assertThat(time.instant()).isAfterOrEqualTo(first);
    }
}
