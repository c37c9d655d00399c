package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.HttpBody;
import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.relay.ControlMessage.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExchangesTest {

    private static final Call CALL = new Call("GET", "/a", Map.of(), "", 0, false);

    @Test
    void takesSoManyAndNoMore() {
        Exchanges exchanges = new Exchanges(1);
        Exchange first = new Exchange("1", CALL, new byte[0]);
        assertThat(exchanges.add(first)).isTrue();
        assertThat(exchanges.add(new Exchange("2", CALL, new byte[0]))).isFalse();
        assertThat(exchanges.redeem(first.secret())).isSameAs(first);
        assertThat(exchanges.redeem(first.secret())).as("once").isNull();
        exchanges.remove(first);
        assertThat(exchanges.add(new Exchange("3", CALL, new byte[0]))).isTrue();
        assertThat(exchanges.count()).isEqualTo(1);
    }

    @Test
    void whoeverComesAfterTheEndIsSentAway() {
        Exchanges exchanges = new Exchanges(2);
        Exchange before = new Exchange("1", CALL, new byte[0]);
        Exchange after = new Exchange("2", CALL, new byte[0]);
        exchanges.add(before);
        exchanges.close();
        exchanges.add(after);
        assertThat(before.await()).isEqualTo(new Exchange.Outcome.Given(Answer.CLOSING));
        assertThat(after.await()).isEqualTo(new Exchange.Outcome.Given(Answer.CLOSING));
    }

    @Test
    void bodiesForWhichThereIsNoRoomArePassedOnAsTheyCome() throws IOException {
        Exchanges exchanges = new Exchanges(1);
        assertThat(exchanges.hold(16 * 1024 * 1024 - 2)).isTrue();
        for (int i = 0; i < 3; i++) {
            try (SentBody body = body(exchanges, "ab");
                    SentBody late = body(exchanges, "c")) {
                assertThat(body.whole()).asString().isEqualTo("ab");
                assertThat(late.whole()).isNull();
                byte[] piece = new byte[5];
                assertThat(late.next(piece, 1, 4, Link.FOREVER)).isEqualTo(1);
                assertThat(piece[1]).isEqualTo((byte) 'c');
                assertThat(late.over()).isTrue();
            }
        }
    }

    private static SentBody body(Exchanges exchanges, String text) throws IOException {
        HttpHead head = new HttpHead("POST", "/", "HTTP/1.1", List.of(new Field("Content-Length", Integer.toString(text.length()))), 0);
        PipeLink.Pair pair = PipeLink.pair();
        pair.a().write(text.getBytes(StandardCharsets.US_ASCII), 0, text.length());
        return new SentBody(HttpBody.of(head, pair.b()), exchanges);
    }
}
