package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.LinkPair.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(40)
class SpliceTest {

    private static final byte[] WORDS = "request".getBytes(StandardCharsets.US_ASCII);

    private final Threads threads = new Threads(4);
    private int buffers;

    @BeforeEach
    void count() {
        buffers = Buffers.outstanding();
    }

    @AfterEach
    void givesEverythingBack() {
        await().atMost(Duration.ofSeconds(5)).until(() -> Buffers.outstanding() <= buffers);
        await().atMost(Duration.ofSeconds(5)).until(() -> threads.busy() == 0 && threads.alive() == 0);
        threads.close();
    }

    /** A caller, a splice, and a destination: the splice joins the far end of one pair with the near end of the other. */
    private record Joined(LinkPair near, LinkPair far, CompletableFuture<Splice.Outcome> outcome)
            implements AutoCloseable {

        Link caller() {
            return near.client();
        }

        Link destination() {
            return far.server();
        }

        @Override
        public void close() {
            near.close();
            far.close();
        }
    }

    private Joined join(Kind near, Kind far) throws IOException {
        LinkPair a = LinkPair.open(near);
        LinkPair b = LinkPair.open(far);
        return new Joined(a, b, LinkContractTest.async(() -> Splice.run(a.server(), b.client(), threads)));
    }

    static Stream<Arguments> layings() {
        return Stream.of(
                Arguments.of(Kind.TCP, Kind.TCP),
                Arguments.of(Kind.TCP, Kind.WEBSOCKET_TLS13_TCP),
                Arguments.of(Kind.WEBSOCKET_TLS13_TCP, Kind.TCP),
                Arguments.of(Kind.WEBSOCKET_TLS12_TCP, Kind.WEBSOCKET_PIPE),
                Arguments.of(Kind.TLS13_TCP, Kind.UNIX),
                Arguments.of(Kind.UNIX, Kind.WEBSOCKET_TCP),
                Arguments.of(Kind.THROTTLED_TCP, Kind.TCP),
                Arguments.of(Kind.PIPE, Kind.PIPE));
    }

    @ParameterizedTest
    @MethodSource("layings")
    void theAnswerComesAfterTheEndOfTheRequest(Kind near, Kind far) throws Exception {
        try (Joined joined = join(near, far)) {
            byte[] answer = new byte[3_000_000];
            new Random(5).nextBytes(answer);
            var served = LinkContractTest.async(() -> {
                byte[] request = joined.destination().in().readAllBytes();
                joined.destination().out().write(answer);
                joined.destination().finish();
                return request;
            });
            joined.caller().out().write(WORDS);
            joined.caller().finish();
            assertThat(joined.caller().in().readAllBytes()).isEqualTo(answer);
            assertThat(served.join()).isEqualTo(WORDS);
            assertThat(joined.outcome().join())
                    .isEqualTo(new Splice.Outcome(WORDS.length, answer.length, Splice.Side.A, null));
        }
    }

    @ParameterizedTest
    @MethodSource("layings")
    void anAbortOfOneSideIsAResetOfTheOther(Kind near, Kind far) throws Exception {
        try (Joined joined = join(near, far)) {
            joined.caller().out().write(WORDS);
            assertThat(joined.destination().in().readNBytes(WORDS.length)).isEqualTo(WORDS);
            joined.destination().abort();
            if (!far.abortShows()) {
                assertThat(joined.caller().in().read()).isEqualTo(-1);
                joined.caller().abort();
            }
            Splice.Outcome outcome = joined.outcome().join();
            if (far.abortShows()) {
                assertThat(outcome.decisive()).isEqualTo(Splice.Side.B);
                assertThat(outcome.failure()).isNotNull();
                if (near.abortShows()) {
                    assertThatThrownBy(() -> joined.caller().in().read()).isInstanceOf(IOException.class);
                }
            }
        }
    }

    @Test
    void bulkBothWaysIsCarriedByPlatformThreads() throws Exception {
        try (Joined joined = join(Kind.TCP, Kind.WEBSOCKET_TLS13_TCP)) {
            byte[] much = new byte[20_000_000];
            new Random(9).nextBytes(much);
            var there = send(joined.caller(), much);
            var back = send(joined.destination(), much);
            var atDestination =
                    LinkContractTest.async(() -> joined.destination().in().readAllBytes());
            await().atMost(Duration.ofSeconds(20)).until(() -> threads.busy() > 0);
            assertThat(joined.caller().in().readAllBytes()).isEqualTo(much);
            assertThat(atDestination.join()).isEqualTo(much);
            there.join();
            back.join();
            assertThat(joined.outcome().join().failure()).isNull();
        }
    }

    private static CompletableFuture<Integer> sendForEver(Link link) {
        return LinkContractTest.async(() -> {
            while (true) {
                link.out().write(new byte[100_000]);
            }
        });
    }

    private static CompletableFuture<Integer> send(Link link, byte[] bytes) {
        return LinkContractTest.async(() -> {
            link.out().write(bytes);
            link.finish();
            return 0;
        });
    }

    private Joined joinOfAPlugin() throws IOException {
        LinkPair a = LinkPair.tcp();
        LinkPair b = LinkPair.open(Kind.TLS13_FOREIGN_TCP);
        return new Joined(a, b, LinkContractTest.async(() -> Splice.run(new PassedOn.Limited(a.server()), new PassedOn.Limited(b.client()), threads)));
    }

    @Test
    void aPumpThatFallsIdleGivesBackItsThreadAndItsBuffer() throws Exception {
        givesBackWhenIdle(join(Kind.TCP, Kind.WEBSOCKET_TLS13_TCP));
    }

    @Test
    void soDoesOneOfConnectionsThatAPluginHasMadeOverOurs() throws Exception {
        givesBackWhenIdle(joinOfAPlugin());
    }

    private void givesBackWhenIdle(Joined open) throws Exception {
        try (Joined joined = open) {
            var echo = LinkContractTest.async(() -> {
                int b;
                while ((b = joined.destination().in().read()) >= 0) {
                    joined.destination().out().write(b);
                }
                return 0;
            });
            int rounds = 0;
            while (threads.busy() < 2) {
                joined.caller().out().write(rounds++ & 0xff);
                joined.caller().in().readNBytes(1);
            }
            assertThat(rounds).isGreaterThan(5);
            await().atMost(Duration.ofSeconds(15)).until(() -> threads.busy() == 0);
            assertThat(Buffers.outstanding()).isLessThanOrEqualTo(buffers);
            joined.caller().out().write(1);
            assertThat(joined.caller().in().read()).isEqualTo(1);
            joined.caller().finish();
            echo.join();
            joined.destination().finish();
            joined.outcome().join();
        }
    }

    @Test
    void abortsAtAnyMomentLeakNothing() throws Exception {
        int sockets = SocketLink.open();
        Random random = new Random(11);
        for (int i = 0; i < 16; i++) {
            try (Joined joined = join(Kind.TCP, Kind.WEBSOCKET_TLS13_TCP)) {
                var there = sendForEver(joined.caller());
                var back = sendForEver(joined.destination());
                var reading = LinkContractTest.async(() -> joined.destination().in().transferTo(
                        OutputStream.nullOutputStream()));
                joined.caller().in().skipNBytes(random.nextInt(1_000_000));
                switch (i % 4) {
                    case 0 -> joined.caller().abort();
                    case 1 -> joined.destination().abort();
                    case 2 -> joined.near().server().abort();
                    default -> joined.far().client().deadline(Instant.EPOCH);
                }
                assertThat(joined.outcome().join().failure()).isNotNull();
                joined.caller().abort();
                joined.destination().abort();
                for (CompletableFuture<?> pending : List.of(there, back, reading)) {
                    pending.exceptionally(failure -> null).join();
                }
            }
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> SocketLink.open() <= sockets);
    }

    @Test
    void anIdleSpliceHoldsNoBuffer() throws Exception {
        try (Joined joined = join(Kind.TCP, Kind.WEBSOCKET_TLS13_TCP)) {
            joined.caller().out().write(WORDS);
            assertThat(joined.destination().in().readNBytes(WORDS.length)).isEqualTo(WORDS);
            joined.destination().out().write(WORDS);
            assertThat(joined.caller().in().readNBytes(WORDS.length)).isEqualTo(WORDS);
            await().atMost(Duration.ofSeconds(5)).until(() -> Buffers.outstanding() <= buffers);
            assertThat(joined.outcome()).isNotDone();
        }
    }

    @Test
    void withoutHalfCloseTheEndOfOneSideEndsBoth() throws Exception {
        try (Joined joined = join(Kind.TCP, Kind.TLS12_TCP)) {
            joined.caller().out().write(WORDS);
            joined.caller().finish();
            assertThat(joined.destination().in().readAllBytes()).isEqualTo(WORDS);
            assertThat(joined.caller().in().read()).isEqualTo(-1);
            assertThat(joined.outcome().join())
                    .isEqualTo(new Splice.Outcome(WORDS.length, 0, Splice.Side.A, null));
        }
    }

    @Test
    void whatArrivesAfterASilenceInOnePieceStaysOneFrame() throws Exception {
        LinkPair near = LinkPair.tcp();
        LinkPair far = LinkPair.tcp();
        try (near;
                far) {
            var outcome = LinkContractTest.async(
                    () -> Splice.run(near.server(), WebSocketLink.client(far.client()), threads));
            FrameReader reader = new FrameReader(far.server(), true);
            near.client().out().write(new byte[20_000]);
            assertThat(reader.next(Link.FOREVER)).isEqualTo(FrameReader.BINARY);
            assertThat(reader.remaining()).isEqualTo(20_000);
            reader.release();
            near.client().abort();
            outcome.join();
        }
    }

    @Test
    void aDeadlineEndsItWithATimeout() throws Exception {
        LinkPair near = LinkPair.tcp();
        LinkPair far = LinkPair.tcp();
        try (near;
                far) {
            var outcome = LinkContractTest.async(() -> Splice.run(near.server(), far.client(), threads));
            near.server().deadline(Instant.now().plusMillis(30));
            assertThat(outcome.join().failure()).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> far.server().in().read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void carriesAnyConnection() throws Exception {
        LinkPair near = LinkPair.pipe();
        LinkPair far = LinkPair.pipe();
        try (near;
                far) {
            var outcome = LinkContractTest.async(
                    () -> Splice.run(new PassedOn(near.server()), new PassedOn(far.client()), threads));
            near.client().out().write(WORDS);
            near.client().finish();
            assertThat(far.server().in().readAllBytes()).isEqualTo(WORDS);
            far.server().out().write(WORDS);
            far.server().finish();
            assertThat(near.client().in().readAllBytes()).isEqualTo(WORDS);
            assertThat(outcome.join())
                    .isEqualTo(new Splice.Outcome(WORDS.length, WORDS.length, Splice.Side.A, null));
        }
    }
}
