package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a {@link WebSocketLink} puts on the wire and takes from it; the peer is raw frames. */
@Timeout(40)
class WebSocketLinkTest {

    private int buffers;
    private LinkPair raw;
    private WebSocketLink client;

    WebSocketLinkTest() {
        raw = LinkPair.pipe();
        client = WebSocketLink.client(raw.client());
    }

    @BeforeEach
    void count() {
        buffers = Buffers.outstanding();
    }

    @AfterEach
    void givesEveryBufferBack() {
        client.abort();
        raw.close();
        await().atMost(Duration.ofSeconds(5)).until(() -> Buffers.outstanding() <= buffers);
    }

    private void serverSends(String hex) throws IOException {
        raw.server().out().write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void readsTextBinaryAndFragmentsAlikeAndSkipsWhatIsEmpty() throws Exception {
        serverSends("8101 61 8201 62 8200 0101 63 0000 8a00 8001 64 8802 03e8");
        assertThat(client.in().readAllBytes()).isEqualTo("abcd".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void readsTheSameAtEveryCut() throws Exception {
        byte[] frames = HexFormat.of().parseHex("810161" + "890170" + "827e0080" + "62".repeat(128) + "0101" + "63" + "8001" + "64"
                + "8800");
        for (int cut = 1; cut < frames.length; cut++) {
            try (LinkPair pair = LinkPair.pipe()) {
                Link link = WebSocketLink.client(pair.client());
                pair.server().out().write(frames, 0, cut);
                var all = LinkContractTest.async(() -> link.in().readAllBytes());
                pair.server().out().write(frames, cut, frames.length - cut);
                assertThat(new String(all.join(), StandardCharsets.US_ASCII)).isEqualTo("a" + "b".repeat(128) + "cd");
                link.abort();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"8802 03e8", "8800", "8805 03e8 627965"})
    void aCloseWithoutAFaultIsAnEnd(String close) throws Exception {
        serverSends("8101 61" + close);
        assertThat(client.in().readAllBytes()).hasSize(1);
        client.out().write(5);
        FrameReader reader = new FrameReader(raw.server(), true);
        assertThat(reader.next(Link.FOREVER)).isEqualTo(FrameReader.BINARY);
        reader.release();
    }

    @ParameterizedTest
    @CsvSource({"03e9,1001", "03ea,1002", "03f3,1011", "03f1,1009", "0bb8,3000"})
    void anyOtherCloseIsAFailureThatNamesTheCode(String hex, int code) throws Exception {
        serverSends("8101 61 8804" + hex + "6e6f");
        assertThat(client.in().read()).isEqualTo('a');
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> client.in().read())
                    .isInstanceOfSatisfying(WebSocketException.class, e -> assertThat(e.code()).isEqualTo(code))
                    .hasMessageContaining(code + ": no");
        }
    }

    @Test
    void goingAwayIsAnEndForAListenerAndNothingElseIs() throws Exception {
        for (String close : new String[] {"03e9", "03f3"}) {
            LinkPair pair = LinkPair.pipe();
            try (pair; WebSocketLink listener = WebSocketLink.listener(pair.client())) {
                pair.server().out().write(HexFormat.of().parseHex("810161" + "8802" + close));
                assertThat(listener.in().read()).isEqualTo('a');
                if (close.equals("03e9")) {
                    assertThat(listener.in().read()).isEqualTo(-1);
                    listener.out().write(5);
                } else {
                    assertThatThrownBy(() -> listener.in().read()).isInstanceOf(WebSocketException.class);
                }
                pair.server().abort();
            }
        }
    }

    @Test
    void anEndWithoutACloseFrameIsAFailureThoughAllDataCame() throws Exception {
        serverSends("8101 61");
        raw.server().finish();
        assertThat(client.in().read()).isEqualTo('a');
        assertThatThrownBy(() -> client.in().read()).isInstanceOf(EOFException.class).hasMessageContaining("close frame");
    }

    @Test
    void everyWriteIsOneFrameAndNoneIsEmptyOrTooLong() throws Exception {
        byte[] much = new byte[200_000];
        new Random(6).nextBytes(much);
        var sent = LinkContractTest.async(() -> {
            client.out().write(much, 0, 10);
            client.out().write(much, 10, 0);
            client.out().write(much, 10, much.length - 10);
            client.finish();
            return 0;
        });
        FrameReader reader = new FrameReader(raw.server(), true);
        List<Long> lengths = new ArrayList<>();
        byte[] all = new byte[much.length];
        int done = 0;
        int opcode;
        while ((opcode = reader.next(Link.FOREVER)) != FrameReader.CLOSE) {
            assertThat(opcode).isEqualTo(FrameReader.BINARY);
            assertThat(reader.last()).isTrue();
            lengths.add(reader.remaining());
            while (reader.remaining() > 0) {
                done += reader.payload(all, done, all.length - done, Link.FOREVER);
            }
        }
        assertThat(CloseReason.parse(reader.controlPayload()).code()).isEqualTo(1000);
        assertThat(all).isEqualTo(much);
        assertThat(lengths).containsExactly(10L, 65528L, 65528L, 65528L, 199_990L - 3 * 65528);
        sent.join();
        reader.release();
    }

    @Test
    void answersAPingWhileItReadsAndWhileItOnlyWaits() throws Exception {
        FrameReader reader = new FrameReader(raw.server(), true);
        serverSends("8902 7069");
        assertThat(client.awaitReadable(Duration.ofMillis(20))).isFalse();
        assertThat(reader.next(Link.FOREVER)).isEqualTo(FrameReader.PONG);
        assertThat(reader.controlPayload()).isEqualTo("pi".getBytes(StandardCharsets.US_ASCII));
        serverSends("8901 71 8101 61");
        assertThat(client.in().read()).isEqualTo('a');
        assertThat(reader.next(Link.FOREVER)).isEqualTo(FrameReader.PONG);
        assertThat(reader.controlPayload()).isEqualTo("q".getBytes(StandardCharsets.US_ASCII));
        reader.release();
    }

    @Test
    void aPingDoesNotWaitForAWriterThatIsStuck() throws Exception {
        var writing = LinkContractTest.async(() -> {
            client.out().write(new byte[1_000_000]);
            return 0;
        });
        assertThat(raw.server().awaitReadable(Link.FOREVER)).isTrue();
        serverSends("8901 71 8101 61");
        assertThat(client.in().read()).isEqualTo('a');
        FrameReader reader = new FrameReader(raw.server(), true);
        byte[] piece = new byte[65536];
        boolean answered = false;
        for (long left = 1_000_000; left > 0 || !answered; ) {
            if (reader.remaining() > 0) {
                left -= reader.payload(piece, 0, piece.length, Link.FOREVER);
            } else if (reader.next(Link.FOREVER) == FrameReader.PONG) {
                answered = true;
                assertThat(reader.controlPayload()).hasSize(1);
            }
        }
        writing.join();
        reader.release();
    }

    @Test
    void closeIsBoundedThoughThePeerNeverReads() {
        var writing = LinkContractTest.async(() -> {
            while (true) {
                client.out().write(new byte[60_000]);
            }
        });
        await().until(() -> raw.server().awaitReadable(Duration.ofSeconds(1)));
        long start = System.nanoTime();
        client.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThatThrownBy(writing::join).isNotNull();
        assertThatThrownBy(() -> raw.server().in().skipNBytes(100_000_000)).isInstanceOf(IOException.class);
    }

    @Test
    void afterBothCloseFramesTheServerEndsTheConnectionAndTheClientWaitsForIt() throws Exception {
        client.close();
        LinkPair pair = LinkPair.tcp();
        WebSocketLink near = WebSocketLink.client(pair.client());
        WebSocketLink far = WebSocketLink.server(pair.server());
        try (pair) {
            var closing = LinkContractTest.async(() -> {
                near.close();
                return 0;
            });
            assertThat(far.in().read()).isEqualTo(-1);
            far.finish();
            assertThat(closing).isNotDone();
            far.close();
            closing.join();
        }
    }

    @Test
    void aPeerThatBreaksTheProtocolIsAFailure() throws Exception {
        serverSends("8301 61");
        assertThatThrownBy(() -> client.in().read()).isInstanceOf(WebSocketException.class);
        FrameReader reader = new FrameReader(raw.server(), true);
        assertThat(reader.next(Link.FOREVER)).isEqualTo(FrameReader.CLOSE);
        assertThat(CloseReason.parse(reader.controlPayload()).code()).isEqualTo(1002);
        reader.release();
    }

    @Test
    void mutatedFramesAreReadOrFailInBoundedTime() throws Exception {
        byte[] frames = HexFormat.of().parseHex("810161" + "890170" + "827e0080" + "62".repeat(128) + "010163" + "800164" + "880203e8");
        Random random = new Random(3);
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = frames.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try (LinkPair pair = LinkPair.pipe()) {
                Link link = WebSocketLink.client(pair.client());
                pair.server().out().write(bytes);
                pair.server().finish();
                try {
                    assertThat(link.in().readAllBytes().length).isLessThan(200);
                } catch (IOException e) {
                    assertThat(e).hasMessageNotContaining("defect");
                }
                link.abort();
            }
        }
    }
}
