package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Frames.PREFACE;
import static io.relaygate.plugins.http.Frames.all;
import static io.relaygate.plugins.http.Frames.data;
import static io.relaygate.plugins.http.Frames.frame;
import static io.relaygate.plugins.http.Frames.get;
import static io.relaygate.plugins.http.Frames.number;
import static io.relaygate.plugins.http.Frames.request;
import static io.relaygate.plugins.http.Talk.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.testkit.Mutations;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What clients of HTTP/2 may say that is damaged: each ends in its time, as a session ends, and leaves nothing behind. */
@Tag("fuzz")
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class Http2MutationTest {

    private static final int RUNS = Mutations.inputs(400);

    /** Everything that a client can say; nothing of it goes to a destination. */
    private static final List<byte[]> SAID = List.of(
            PREFACE, get(1, "x", "y"), request(3, "POST", false, "content-length", "3"), data(3, "abc", true), number(Frames.WINDOW, 0, 1000),
            frame(Frames.PING, 0, 0, new byte[8]), request(5, "PUT", false, "te", "trailers"), data(5, "abc", false), Frames.head(5, true, "t", "u"),
            request(7, "GET", true, "cookie", "a=b", "cookie", "c=d"), number(Frames.RESET, 7, 8), frame(Frames.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 1, 0}),
            frame(2, 0, 9, new byte[5]), frame(Frames.GO_AWAY, 0, 0, new byte[8]),
            Frames.head(11, false, ":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":path", "/x?y", ":authority", "a"), data(11, "abc", true));

    private static byte[] damaged(Random random) {
        List<byte[]> said = new ArrayList<>(SAID);
        for (int i = random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(said.size());
            switch (random.nextInt(3)) {
                case 0 -> said.remove(at);
                case 1 -> said.add(at, SAID.get(random.nextInt(SAID.size())));
                default -> said.add(said.remove(at));
            }
        }
        byte[] bytes = all(said.toArray(byte[][]::new));
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    @Test
    void damagedFramesEndTheirSessionAndNothingElse() {
        try (TestRoute route = route("hosts: { b: { to: far } }\n").destinations("far").open()) {
            for (int seed = 0; seed < RUNS; seed++) {
                TestSession session = route.connect();
                session.client().sends(damaged(new Random(seed)));
                session.client().closes();
                assertThat(session.ending().how()).as("seed " + seed).isIn("CALLER_DONE", "CALLER_LOST", "REFUSED", "PEER_DONE", "PEER_LOST");
            }
        }
    }
}
