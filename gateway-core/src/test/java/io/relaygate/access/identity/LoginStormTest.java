package io.relaygate.access.identity;

import static io.relaygate.access.identity.TestClient.password;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.sdk.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many who guess do not keep out who knows. */
@Timeout(120)
class LoginStormTest {

    private static final int SOURCES = 100;

    @Test
    void whoKnowsTheRightPasswordComesInWhileAHundredSourcesGuess(@TempDir Path folder) throws Exception {
        PasswordFile.empty()
                .with(KnownPasswords.line("alice", "right", Set.of()))
                .with(KnownPasswords.line("bob", "bobs", Set.of()))
                .write(folder.resolve("users"));
        Hashing hashing = new Hashing(1, InstantSource.system());
        Passwords staff = new Passwords("staff", folder.resolve("users"), hashing, new VerifiedPasswords(System::nanoTime));
        Judge judge = new Judge("routes[r].identityProviders", List.of(IdentityRule.parse("staff")), Map.of("staff", staff), new Brake(System::nanoTime), InstantSource.system());
        assertThat(judge.judge(TestClient.arrival("s", "198.51.100.1"), Instant.now().plusSeconds(30), password("alice", "right")).verdict())
                .isInstanceOf(Verdict.Accepted.class);

        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger tries = new AtomicInteger();
        List<Thread> guessers = new ArrayList<>();
        for (int i = 0; i < SOURCES; i++) {
            String source = "203.0.113." + i;
            guessers.add(Thread.ofVirtual().start(() -> {
                for (int j = 0; !over.get(); j++) {
                    judge.judge(TestClient.arrival("s", source), Instant.now().plusSeconds(10), password(j % 2 == 0 ? "alice" : "name" + j, "guess"));
                    tries.incrementAndGet();
                    // The pace of the storm: 100 sources with 100 guesses a second each.
                    LockSupport.parkNanos(10_000_000);
                }
            }));
        }
        try {
            // Of no source of the storm anything is known yet, and the good ones come after all of it: one guess is being
            // hashed, and one source may be about to guess again.
            await().until(() -> hashing.waiting() >= SOURCES - 2);
            List<Duration> waits = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Instant began = Instant.now();
                boolean isNew = i % 2 == 0;
                Verdict verdict = judge.judge(
                                TestClient.arrival("s", isNew ? "192.0.2." + i : "198.51.100.1"),
                                began.plusSeconds(10),
                                isNew ? password("bob", "bobs") : password("alice", "right"))
                        .verdict();
                assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
                waits.add(Duration.between(began, Instant.now()));
            }
            // The one that is being hashed, and their own; the bound leaves room for a busy machine.
            assertThat(Collections.max(waits)).isLessThan(Duration.ofSeconds(3));
        } finally {
            over.set(true);
            for (Thread guesser : guessers) {
                guesser.join();
            }
        }
        assertThat(hashing.waiting()).isZero();
        assertThat(tries.get()).isGreaterThan(SOURCES);
        assertThat(hashing.done()).as("most guesses cost nothing").isLessThanOrEqualTo(SOURCES * 31L + 21);
    }

    @Test
    void whoHasFailedLessGoesFirstThenTheLatestAndTheSecondOfASourceAfterTheFirstOfOthers() throws Exception {
        Hashing hashing = new Hashing(1, InstantSource.system());
        CountDownLatch hold = new CountDownLatch(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        threads.add(start(hashing, "holder", 0, () -> held(hold)));
        await().until(() -> order.isEmpty() && hashing.waiting() == 0 && threads.getFirst().isAlive() && hashingHolds(hashing));
        int waiting = 0;
        for (String each : List.of("bad:9", "new1:1", "new1:1", "new2:1", "known:0")) {
            String source = each.substring(0, each.indexOf(':'));
            threads.add(start(hashing, source, Integer.parseInt(each.substring(each.indexOf(':') + 1)), () -> order.add(source)));
            int expected = ++waiting;
            await().until(() -> hashing.waiting() == expected);
        }
        hold.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(order).containsExactly("known", "new2", "new1", "new1", "bad");
    }

    @Test
    void aTurnThatDoesNotComeInTimeIsNone() throws Exception {
        Hashing hashing = new Hashing(1, InstantSource.system());
        CountDownLatch hold = new CountDownLatch(1);
        Thread holder = start(hashing, "holder", 0, () -> held(hold));
        await().until(() -> hashingHolds(hashing));
        Optional<Boolean> late = hashing.run(new Asker("s", null, "late", 0, Instant.now().plusMillis(50)), () -> true);
        assertThat(late).isEmpty();
        hold.countDown();
        holder.join();
        assertThat(hashing.waiting()).isZero();
        assertThat(hashing.run(new Asker("s", null, "late", 0, Instant.now().plusSeconds(9)), () -> true)).contains(true);
    }

    private static boolean hashingHolds(Hashing hashing) {
        return hashing.run(new Asker("s", null, "probe", 0, Instant.now()), () -> true).isEmpty();
    }

    private static void held(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Thread start(Hashing hashing, String source, int rank, Runnable hash) {
        return Thread.ofVirtual().start(() -> hashing.run(new Asker("s", null, source, rank, Instant.now().plusSeconds(60)), () -> {
            hash.run();
            return true;
        }));
    }
}
