package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.LinkPair.Kind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every kind of link does alike. */
@Timeout(30)
class LinkContractTest {

    private static final byte[] WORDS = "the first words".getBytes(StandardCharsets.US_ASCII);

    private int buffers;
    private int sockets;

    @BeforeEach
    void count() {
        buffers = Buffers.outstanding();
        sockets = SocketLink.open();
    }

    @AfterEach
    void givesEverythingBack() {
        await().atMost(Duration.ofSeconds(10)).until(() -> Buffers.outstanding() <= buffers);
        await().atMost(Duration.ofSeconds(10)).until(() -> SocketLink.open() <= sockets);
    }

    static <T> CompletableFuture<T> async(Callable<T> task) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return task.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                LinkPair.THREADS);
    }

    @ParameterizedTest
    @EnumSource
    void carriesManyBytesBothWaysAtOnce(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            CompletableFuture<Long> there = send(pair.client(), 1);
            CompletableFuture<Long> back = send(pair.server(), 2);
            CompletableFuture<Long> atServer = receive(pair.server(), 1);
            CompletableFuture<Long> atClient = receive(pair.client(), 2);
            assertThat(atServer.get(20, TimeUnit.SECONDS)).isEqualTo(there.get());
            assertThat(atClient.get(20, TimeUnit.SECONDS)).isEqualTo(back.get());
        }
    }

    /** Writes pieces of very different sizes, about 6 MB in all. */
    private static CompletableFuture<Long> send(Link link, int seed) {
        return async(() -> {
            Random random = new Random(seed);
            Random sizes = new Random(seed + 100);
            long all = 0;
            for (int i = 0; i < 120; i++) {
                byte[] piece = new byte[i % 3 == 0 ? sizes.nextInt(200) : sizes.nextInt(150_000)];
                random.nextBytes(piece);
                link.out().write(piece);
                all += piece.length;
            }
            // Whole pieces in the order of one generator: the reader makes the same bytes from the same sizes.
            return all;
        });
    }

    private static CompletableFuture<Long> receive(Link link, int seed) {
        return async(() -> {
            Random random = new Random(seed);
            Random sizes = new Random(seed + 100);
            Random ways = new Random(seed + 200);
            long all = 0;
            for (int i = 0; i < 120; i++) {
                byte[] expected = new byte[i % 3 == 0 ? sizes.nextInt(200) : sizes.nextInt(150_000)];
                random.nextBytes(expected);
                assertThat(readExactly(link, expected.length, ways)).isEqualTo(expected);
                all += expected.length;
            }
            return all;
        });
    }

    private static byte[] readExactly(Link link, int length, Random ways) throws IOException {
        byte[] all = new byte[length];
        int done = 0;
        while (done < length) {
            int n =
                    switch (ways.nextInt(4)) {
                        case 0 -> link.in().read(all, done, length - done);
                        case 1 -> link.read(all, done, length - done, Duration.ofMillis(5));
                        case 2 -> link.awaitReadable(Duration.ofMillis(5))
                                ? link.in().read(all, done, Math.min(100, length - done))
                                : 0;
                        default -> {
                            ByteBuffer ahead = link.peek(1);
                            int size = Math.min(ahead.remaining(), length - done);
                            byte[] seen = new byte[size];
                            ahead.get(seen);
                            link.in().readNBytes(all, done, size);
                            assertThat(Arrays.copyOfRange(all, done, done + size)).isEqualTo(seen);
                            yield size;
                        }
                    };
            assertThat(n).isNotNegative();
            done += n;
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void peekWaitsForEnoughAndConsumesNothing(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            CompletableFuture<ByteBuffer> peeked = async(() -> pair.server().peek(WORDS.length));
            for (byte b : WORDS) {
                pair.client().out().write(b);
            }
            assertThat(peeked.get(5, TimeUnit.SECONDS)).isEqualTo(ByteBuffer.wrap(WORDS));
            assertThat(pair.server().peek(3).isReadOnly()).isTrue();
            assertThat(pair.server().in().readNBytes(WORDS.length)).isEqualTo(WORDS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void peekAnswersWithLessIfThePeerEnds(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            pair.client().out().write(WORDS);
            pair.client().finish();
            assertThat(pair.server().peek(65536)).isEqualTo(ByteBuffer.wrap(WORDS));
            assertThat(pair.server().peek(65536)).isEqualTo(ByteBuffer.wrap(WORDS));
            assertThat(pair.server().in().readAllBytes()).isEqualTo(WORDS);
            assertThat(pair.server().peek(1).remaining()).isZero();
            assertThat(pair.server().awaitReadable(Duration.ZERO)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void peekSeesAsMuchAs64KiB(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            byte[] much = new byte[65536];
            new Random(7).nextBytes(much);
            CompletableFuture<Long> sent = async(() -> {
                pair.client().out().write(much);
                return 0L;
            });
            assertThat(pair.server().peek(65536)).isEqualTo(ByteBuffer.wrap(much));
            assertThat(pair.server().in().readNBytes(65536)).isEqualTo(much);
            sent.get(5, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWaitThatRanOutHarmsNothing(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            byte[] into = new byte[100];
            exchange(pair);
            assertThat(pair.server().awaitReadable(Duration.ofMillis(10))).isFalse();
            assertThat(pair.server().read(into, 0, 100, Duration.ofMillis(10))).isZero();
            assertThat(Buffers.outstanding()).isLessThanOrEqualTo(buffers);
            pair.client().out().write(WORDS);
            assertThat(pair.server().awaitReadable(Duration.ofSeconds(10))).isTrue();
            assertThat(pair.server().awaitReadable(Link.FOREVER)).isTrue();
            assertThat(pair.server().in().readNBytes(WORDS.length)).isEqualTo(WORDS);
        }
    }

    /** After it nothing is under way, not even the tickets that follow a handshake of TLS 1.3. */
    private static void exchange(LinkPair pair) throws IOException {
        pair.client().out().write(WORDS);
        assertThat(pair.server().in().readNBytes(WORDS.length)).isEqualTo(WORDS);
        pair.server().out().write(WORDS);
        assertThat(pair.client().in().readNBytes(WORDS.length)).isEqualTo(WORDS);
    }

    @ParameterizedTest
    @EnumSource
    void holdsNoBufferWhileItWaits(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            exchange(pair);
            CompletableFuture<Boolean> waiting = async(() -> pair.server().awaitReadable(Link.FOREVER));
            await().until(() -> Buffers.outstanding() <= buffers);
            pair.client().out().write(WORDS);
            assertThat(waiting.get(5, TimeUnit.SECONDS)).isTrue();
            assertThat(pair.server().in().readNBytes(WORDS.length)).isEqualTo(WORDS);
            CompletableFuture<Integer> reading = async(() -> pair.server().in().read());
            await().until(() -> Buffers.outstanding() <= buffers);
            pair.client().out().write(5);
            assertThat(reading.get(5, TimeUnit.SECONDS)).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsHalfCloseWhereItCan(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            assertThat(pair.client().canFinish()).isEqualTo(kind.halfClose());
            pair.client().out().write(WORDS);
            pair.client().finish();
            assertThat(pair.server().in().readAllBytes()).isEqualTo(WORDS);
            if (kind.halfClose()) {
                byte[] answer = new byte[200_000];
                new Random(3).nextBytes(answer);
                CompletableFuture<Long> sent = async(() -> {
                    pair.server().out().write(answer);
                    pair.server().finish();
                    return 0L;
                });
                assertThat(pair.client().in().readAllBytes()).isEqualTo(answer);
                sent.get(5, TimeUnit.SECONDS);
                assertThatThrownBy(() -> pair.client().out().write(1)).isInstanceOf(IOException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAbortIsAFailureAtThePeer(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            pair.client().out().write(WORDS);
            assertThat(pair.server().in().readNBytes(WORDS.length)).isEqualTo(WORDS);
            CompletableFuture<Integer> blocked = async(() -> pair.server().in().read());
            pair.client().abort();
            if (kind.abortShows()) {
                assertThatThrownBy(() -> blocked.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
                assertThatThrownBy(() -> pair.server().out().write(1)).isInstanceOf(IOException.class);
            } else {
                assertThat(blocked.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
            }
            assertThatThrownBy(() -> pair.client().in().read()).hasMessage("the connection was aborted");
            assertThatThrownBy(() -> pair.client().out().write(1)).hasMessage("the connection was aborted");
            assertThatThrownBy(() -> pair.client().peek(1)).hasMessage("the connection was aborted");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCloseIsAnEndAtThePeer(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            pair.client().out().write(WORDS);
            CompletableFuture<byte[]> all = async(() -> pair.server().in().readAllBytes());
            pair.client().close();
            assertThat(all.get(5, TimeUnit.SECONDS)).isEqualTo(WORDS);
            pair.server().close();
            assertThatThrownBy(() -> pair.client().in().read()).hasMessage("the connection is closed");
        }
    }

    /** Whoever has said why, and closed, is not cut off by whoever cleans up after it. */
    @ParameterizedTest
    @EnumSource
    void anAbortAfterACloseTakesNothingBack(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            pair.client().out().write(WORDS);
            CompletableFuture<Boolean> closing = async(() -> {
                pair.client().close();
                pair.client().abort();
                return true;
            });
            assertThat(pair.server().in().readAllBytes()).isEqualTo(WORDS);
            pair.server().close();
            assertThat(closing.get(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Whoever is refused in words, and has more to say, reads the words and no reset. */
    @ParameterizedTest
    @EnumSource
    void whatWasSaidBeforeACloseArrivesAtAPeerThatGoesOn(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            pair.client().out().write(WORDS);
            assertThat(pair.server().in().read()).isEqualTo(WORDS[0]);
            pair.client().out().write(WORDS);
            pair.server().out().write(WORDS);
            CompletableFuture<Boolean> closing = async(() -> {
                pair.server().close();
                return true;
            });
            assertThat(pair.client().in().read()).isEqualTo(WORDS[0]);
            try {
                pair.client().out().write(WORDS);
            } catch (IOException e) {
                // A pipe in memory tells at once that nobody reads.
                assertThat(kind.name()).matches(".*PIPE|TLS12.*");
            }
            assertThat(pair.client().in().readAllBytes()).hasSize(WORDS.length - 1);
            pair.client().close();
            assertThat(closing.get(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeAndAbortUnblockEveryCall(Kind kind) throws Exception {
        for (boolean abort : new boolean[] {true, false}) {
            try (LinkPair pair = LinkPair.open(kind)) {
                CompletableFuture<Integer> reading = async(() -> pair.client().in().read());
                CompletableFuture<Long> writing = async(() -> {
                    while (true) {
                        pair.client().out().write(new byte[60_000]);
                    }
                });
                awaitFull(pair.server());
                if (abort) {
                    pair.client().abort();
                } else {
                    pair.client().close();
                }
                String told = abort ? "the connection was aborted" : "the connection is closed";
                assertThatThrownBy(() -> reading.get(5, TimeUnit.SECONDS)).hasRootCauseMessage(told);
                assertThatThrownBy(() -> writing.get(5, TimeUnit.SECONDS)).hasRootCauseMessage(told);
            }
        }
    }

    private static void awaitFull(Link reader) throws IOException {
        assertThat(reader.awaitReadable(Duration.ofSeconds(5))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineFailsBlockedAndLaterCalls(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            CompletableFuture<Integer> reading = async(() -> pair.client().in().read());
            pair.client().deadline(Instant.now().plusMillis(30));
            assertThatThrownBy(() -> reading.get(5, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> pair.client().in().read()).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> pair.client().out().write(1)).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> pair.client().peek(1)).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> pair.client().finish()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineThatIsTakenBackDoesNothing(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            pair.client().deadline(Instant.now().plusMillis(50));
            pair.client().deadline(Instant.now().plusMillis(60));
            pair.client().deadline(null);
            CountDownLatch later = new CountDownLatch(1);
            Deadlines.shared().after(Duration.ofMillis(100), later::countDown);
            later.await();
            pair.client().out().write(WORDS);
            assertThat(pair.server().in().readNBytes(WORDS.length)).isEqualTo(WORDS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineOfThePastFailsAtOnce(Kind kind) throws Exception {
        try (LinkPair pair = LinkPair.open(kind)) {
            pair.server().out().write(WORDS);
            assertThat(pair.client().peek(WORDS.length)).isEqualTo(ByteBuffer.wrap(WORDS));
            pair.client().deadline(Instant.EPOCH);
            assertThatThrownBy(() -> pair.client().in().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }
}
