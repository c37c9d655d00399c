package io.relaygate.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.net.FrameReader;
import io.relaygate.net.WebSocketException;
import io.relaygate.relay.ControlMessage.Call;
import io.relaygate.relay.ControlMessage.Request;
import java.io.EOFException;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The head of a request over a rendezvous, as a relay may cut it. */
class RequestSocketTest {

    private static final Request REQUEST = new Request("wss://g1.example/$hc/web", "id-1", new Call("GET", "/web", Map.of("Host", "h"), "192.0.2.7", 1, false));
    private static final byte[] TEXT = REQUEST.toJson().getBytes(UTF_8);

    private final RelayEnd relay = new RelayEnd();
    private final RequestSocket socket = new RequestSocket(relay.open(Instant.MAX));

    @AfterEach
    void leavesNothing() {
        relay.abort();
        assertThat(socket.awaitEnd()).isFalse();
    }

    private Request received() throws IOException {
        return socket.receive(Instant.now().plusSeconds(20));
    }

    @Test
    void itsFramesMayBeCutAnywhere() throws IOException {
        relay.writer.write(FrameReader.TEXT, false, TEXT, 0, 0);
        relay.writer.write(FrameReader.CONTINUATION, false, TEXT, 0, 1);
        relay.writer.write(FrameReader.PING, true, TEXT, 0, 5);
        relay.writer.write(FrameReader.CONTINUATION, false, TEXT, 1, TEXT.length - 1);
        relay.writer.write(FrameReader.CONTINUATION, true, TEXT, 0, 0);
        assertThat(received()).isEqualTo(REQUEST);
    }

    @Test
    void oneThatIsBrokenOffIsNoneHoweverMuchOfItHasCome() throws IOException {
        relay.writer.write(FrameReader.TEXT, false, TEXT, 0, TEXT.length);
        relay.close();
        assertThatThrownBy(this::received).isInstanceOf(EOFException.class).hasMessage("the relay sent no request");
    }

    @Test
    void oneThatIsNoTextIsNone() throws IOException {
        byte[] wrong = Arrays.copyOf(TEXT, TEXT.length + 1);
        wrong[TEXT.length] = (byte) 0xff;
        relay.writer.write(FrameReader.TEXT, true, wrong, 0, wrong.length);
        assertThatThrownBy(this::received).isInstanceOf(WebSocketException.class).hasMessage("the peer sent a text message that is not UTF-8");
    }

    @Test
    void oneWithoutEndHoldsNoMoreThanIsAllowed() {
        Thread.ofVirtual().start(this::sendOn);
        assertThatThrownBy(this::received).isInstanceOf(WebSocketException.class).hasMessage("the peer sent a message of more than 262144 bytes");
    }

    private void sendOn() {
        try {
            for (int i = 0; i < 100; i++) {
                relay.writer.write(i == 0 ? FrameReader.TEXT : FrameReader.CONTINUATION, false, new byte[65_536], 0, 65_536);
            }
        } catch (IOException e) {
            // It was heard that it is too much.
        }
    }
}
