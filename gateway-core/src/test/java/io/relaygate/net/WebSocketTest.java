package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WebSocketTest {

    private int buffers;

    @BeforeEach
    void count() {
        buffers = Buffers.outstanding();
    }

    @AfterEach
    void givesEveryBufferBack() {
        await().atMost(Duration.ofSeconds(5)).until(() -> Buffers.outstanding() <= buffers);
    }

    private static void sendHex(Link link, String hex) throws IOException {
        link.out().write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** The examples of RFC 6455 section 5.7. */
    @Test
    void readsTheExamplesOfTheStandard() throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            WebSocket server = WebSocket.server(pair.server(), 1000);
            WebSocket client = WebSocket.client(pair.client(), 1000);
            sendHex(pair.client(), "8185 37fa213d 7f9f4d5158");
            assertThat(server.receive()).isEqualTo(new WebSocket.Text("Hello"));
            sendHex(pair.server(), "8105 48656c6c6f 0103 48656c 8002 6c6f 8905 48656c6c6f");
            assertThat(client.receive()).isEqualTo(new WebSocket.Text("Hello"));
            assertThat(client.receive()).isEqualTo(new WebSocket.Text("Hello"));
            assertThat(client.receive()).isEqualTo(new WebSocket.Ping());
            assertThat(server.receive()).isEqualTo(new WebSocket.Pong());
            server.sendBinary(new byte[256]);
            assertThat(hex(pair.client().in().readNBytes(4))).isEqualTo("827e0100");
            server.abort();
            client.abort();
        }
    }

    @Test
    void messagesOfEveryLengthArriveBothWays() throws Exception {
        try (LinkPair pair = LinkPair.tcp()) {
            WebSocket server = WebSocket.server(pair.server(), 300_000);
            WebSocket client = WebSocket.client(pair.client(), 300_000);
            for (int length : new int[] {0, 1, 125, 126, 127, 256, 257, 65535, 65536, 65537, 300_000}) {
                String text = "\u00fc".repeat(length / 2) + (length % 2 == 0 ? "" : "x");
                var sent = LinkContractTest.async(() -> {
                    client.sendText(text);
                    server.sendBinary(text.getBytes(StandardCharsets.UTF_8));
                    return 0;
                });
                assertThat(server.receive()).isEqualTo(new WebSocket.Text(text));
                assertThat(client.receive())
                        .isEqualTo(new WebSocket.Binary(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
                sent.join();
            }
            client.abort();
            server.abort();
        }
    }

    @Test
    void aControlFrameWithinAMessageIsSeenAndTheMessageKept() throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            WebSocket client = WebSocket.client(pair.client(), 1000);
            sendHex(pair.server(), "0103 48656c 8a00 8002 6c6f");
            assertThat(client.receive()).isEqualTo(new WebSocket.Pong());
            assertThat(client.receive()).isEqualTo(new WebSocket.Text("Hello"));
            client.abort();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "c105 48656c6c6f,1002",
        "8305 48656c6c6f,1002",
        "8b00,1002",
        "8185 00000000 48656c6c6f,1002",
        "8000,1002",
        "0101 48 0101 48,1002",
        "0900,1002",
        "897e007e,1002",
        "817e0005 48656c6c6f,1002",
        "817f000000000000ffff,1002",
        "817fffffffffffffffff,1002",
        "8801 03,1002",
        "8802 03ed,1002",
        "8802 03e7,1002",
        "8804 03e8 c328,1007",
        "8102 c328,1007",
        "817e03e9,1009",
        "017e03e8 PAD 8001 00,1009",
        "827f7fffffffffffffff,1009"
    })
    void aPeerThatBreaksTheProtocolIsToldSo(String frames, int code) throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            WebSocket client = WebSocket.client(pair.client(), 1000);
            sendHex(pair.server(), frames.replace("PAD", "61".repeat(1000)));
            pair.server().finish();
            assertThatThrownBy(client::receive)
                    .isInstanceOfSatisfying(
                            WebSocketException.class, e -> assertThat(e.code()).isEqualTo(code));
            FrameReader reader = new FrameReader(pair.server(), true);
            assertThat(reader.next(Link.FOREVER)).isEqualTo(FrameReader.CLOSE);
            assertThat(CloseReason.parse(reader.controlPayload()).code()).isEqualTo(code);
            reader.release();
        }
    }

    @Test
    void theServerRefusesFramesWithoutAMask() throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            WebSocket server = WebSocket.server(pair.server(), 1000);
            sendHex(pair.client(), "8105 48656c6c6f");
            pair.client().finish();
            assertThatThrownBy(server::receive).isInstanceOf(WebSocketException.class);
        }
    }

    @Test
    void aHugeAnnouncedMessageTakesNoMemoryBeforeItArrives() throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            WebSocket client = WebSocket.client(pair.client(), Integer.MAX_VALUE - 100);
            sendHex(pair.server(), "827f000000007fffff00 4865");
            pair.server().finish();
            assertThatThrownBy(client::receive).isInstanceOf(EOFException.class);
            client.abort();
        }
    }

    @Test
    void readsTheSameAtEveryCut() throws Exception {
        byte[] frames = HexFormat.of().parseHex("8185" + "37fa213d" + "7f9f4d5158" + "8980" + "00000000" + "8280" + "01020304"
                + "8882" + "00000000" + "03e8");
        for (int cut = 1; cut < frames.length; cut++) {
            try (LinkPair pair = LinkPair.pipe()) {
                WebSocket server = WebSocket.server(pair.server(), 1000);
                pair.client().out().write(frames, 0, cut);
                var first = LinkContractTest.async(server::receive);
                pair.client().out().write(frames, cut, frames.length - cut);
                assertThat(first.join()).isEqualTo(new WebSocket.Text("Hello"));
                assertThat(server.receive()).isEqualTo(new WebSocket.Ping());
                assertThat(server.receive()).isEqualTo(new WebSocket.Binary(ByteBuffer.allocate(0)));
                assertThat(server.receive()).isEqualTo(new WebSocket.Close(1000, ""));
                server.abort();
            }
        }
    }

    @Test
    void closeTellsCodeAndReasonAndUnblocksTheReceiver() throws Exception {
        try (LinkPair pair = LinkPair.tcp()) {
            WebSocket server = WebSocket.server(pair.server(), 1000);
            WebSocket client = WebSocket.client(pair.client(), 1000);
            var blocked = LinkContractTest.async(client::receive);
            var closed = LinkContractTest.async(() -> {
                client.close(1008, "r\u00fc".repeat(100));
                return 0;
            });
            assertThat(server.receive()).isInstanceOfSatisfying(WebSocket.Close.class, close -> {
                assertThat(close.code()).isEqualTo(1008);
                assertThat(close.reason()).startsWith("r\u00fc").hasSize(82);
            });
            server.close();
            closed.join();
            assertThatThrownBy(blocked::join).isNotNull();
        }
    }

    @Test
    void closeIsBoundedThoughThePeerNeverReads() {
        try (LinkPair pair = LinkPair.pipe()) {
            WebSocket client = WebSocket.client(pair.client(), 1000);
            var sending = LinkContractTest.async(() -> {
                while (true) {
                    client.sendBinary(new byte[60_000]);
                }
            });
            long start = System.nanoTime();
            client.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            assertThatThrownBy(sending::join).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEndWithoutACloseFrameIsAFailure(boolean withData) throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            WebSocket client = WebSocket.client(pair.client(), 1000);
            if (withData) {
                sendHex(pair.server(), "0103 48656c");
            }
            pair.server().finish();
            assertThatThrownBy(client::receive).isInstanceOf(EOFException.class).hasMessageContaining("cut off");
            client.abort();
        }
    }
}
