package io.relaygate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.Deadlines;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.net.WebSocket;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A channel on which nothing else is said. */
@Timeout(60)
class SignsOfLifeTest {

    @Test
    void pongsComeForAsLongAsTheChannelLives() throws Exception {
        PipeLink.Pair pair = PipeLink.pair();
        try (Threads threads = new Threads(0)) {
            WebSocket relay = WebSocket.server(pair.b(), 1000);
            SignsOfLife signs = new SignsOfLife(WebSocket.client(pair.a(), 1000), threads, Duration.ofMillis(1));
            relay.deadline(Instant.now().plusSeconds(30));
            for (int i = 0; i < 3; i++) {
                assertThat(relay.receive()).isEqualTo(new WebSocket.Pong());
            }
            int waiting = Deadlines.shared().waiting();
            signs.close();
            assertThat(Deadlines.shared().waiting()).isLessThanOrEqualTo(waiting);
            relay.abort();
        }
    }
}
