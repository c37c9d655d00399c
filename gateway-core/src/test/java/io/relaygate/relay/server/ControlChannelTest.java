package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.FrameReader;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.relay.ControlMessage.RenewToken;
import io.relaygate.relay.SasToken;
import io.relaygate.relay.server.RawClient.Frame;
import io.relaygate.relay.server.RelaySettings.HybridConnection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The life of a control channel as a listener sees it. */
class ControlChannelTest extends AtARelay {

    @Override
    RelaySettings settings() {
        return RelayFixture.settings("127.0.0.1", 0, Duration.ofMillis(100), Duration.ofSeconds(5), 25);
    }

    @Test
    void announcesItsCadenceAndKeepsIt() throws IOException {
        RawClient listener = RawClient.listener(relay, "other");
        assertThat(listener.answer.field("RelayGate-Cadence")).isEqualTo("100");
        for (int i = 0; i < 3; i++) {
            assertThat(listener.any().opcode()).isEqualTo(FrameReader.PONG);
        }
    }

    @Test
    void endsAListenerWhoseTokenIsOverForLongerThanTheGraceButNotItsConnections() throws Exception {
        Field token = RawClient.token(
                "site-oslo", "listen", RelayFixture.LISTEN_KEY, relay.clock.instant().plusSeconds(60));
        RawClient listener = RawClient.ask(relay, "/$hc/site-oslo?sb-hc-action=listen", token);
        assertThat(listener.answer.status()).isEqualTo(101);
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                RawClient sending = RawClient.sender(relay, "site-oslo", "");
                sending.sendText("before");
                await().until(() -> relay.metrics.exposition().contains("_listeners{hybrid_connection=\"site-oslo\"} 0"));
                sending.sendText("after");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        RawClient accepted = RawClient.rendezvous(relay, listener.offer().address());
        assertThat(accepted.next().text()).isEqualTo("before");
        relay.clock.ahead = Duration.ofMinutes(5);
        assertThat(listener.any().opcode()).as("within the grace").isEqualTo(FrameReader.PONG);
        relay.clock.ahead = Duration.ofSeconds(60 + 300 + 1);
        Frame end = listener.next();
        assertThat(RawClient.closeCode(end)).isEqualTo(1008);
        assertThat(new String(end.payload(), java.nio.charset.StandardCharsets.UTF_8)).contains("ExpiredToken", "TrackingId:");
        assertThat(accepted.next().text()).as("an established connection lives on").isEqualTo("after");
        sender.join();
    }

    @Test
    void letsAListenerStayThatRenewsItsToken() throws Exception {
        RawClient listener = RawClient.listener(relay, "site-oslo");
        relay.clock.ahead = Duration.ofMinutes(55);
        listener.sendText(renewal("listen", RelayFixture.SECOND_KEY, relay.clock.instant().plusSeconds(3600)));
        listener.sendText("{\"unknown\":{}}");
        listener.sendText("no json");
        // The answer to a ping comes after what was sent before it was read.
        listener.send(FrameReader.PING, true, new byte[] {7});
        Frame frame = listener.any();
        while (frame.payload().length == 0) {
            frame = listener.any();
        }
        relay.clock.ahead = Duration.ofMinutes(110);
        for (int i = 0; i < 3; i++) {
            assertThat(listener.any().opcode()).isEqualTo(FrameReader.PONG);
        }
    }

    @Test
    void endsAListenerWhoseRenewedTokenIsNotValid() throws Exception {
        for (String bad : new String[] {
            renewal("listen", "wrong", Instant.now().plusSeconds(60)),
            renewal("send", RelayFixture.SEND_KEY, Instant.now().plusSeconds(60)),
            renewal("listen", RelayFixture.LISTEN_KEY, Instant.now().minusSeconds(60)),
            new RenewToken("garbage").toJson()
        }) {
            RawClient listener = RawClient.listener(relay, "site-oslo");
            listener.sendText(bad);
            assertThat(RawClient.closeCode(listener.next())).isEqualTo(1008);
        }
    }

    @Test
    void forgetsAListenerThatIsGone() throws Exception {
        RawClient listener = RawClient.listener(relay, "other");
        listener.link.abort();
        await().until(() -> relay.metrics.exposition().contains("_listeners{hybrid_connection=\"other\"} 0"));
        assertThat(RawClient.sender(relay, "other", "").answer.status()).isEqualTo(404);
    }

    @Test
    void dropsEverybodyAtOnceWhenTheRelayCloses() throws Exception {
        RawClient listener = RawClient.listener(relay, "other");
        relay.relay.close();
        await().atMost(Duration.ofSeconds(2)).untilAsserted(() -> assertThat(relay.threads.alive()).isZero());
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> {
                    while (true) {
                        listener.any();
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void sendsListenersOfADeletedHybridConnectionAwayAndKeepsTheOthers() throws Exception {
        RawClient gone = RawClient.listener(relay, "other");
        RawClient stays = RawClient.listener(relay, "open");
        relay.relay.prepare(RelayFixture.with(Map.of("open", new HybridConnection(Map.of(), true, null)), RelayFixture.ROOT_KEY))
                .run();
        Frame end = gone.next();
        assertThat(RawClient.closeCode(end)).isEqualTo(1001);
        assertThat(stays.any().opcode()).isEqualTo(FrameReader.PONG);
        assertThat(RawClient.ask(relay, "/$hc/open?sb-hc-action=connect").answer.status())
                .as("senders need a token from now on")
                .isEqualTo(401);
        assertThat(RawClient.sender(relay, "other", "").answer.status()).isEqualTo(404);
        assertThat(relay.metrics.exposition())
                .contains("_listeners{hybrid_connection=\"open\"} 1")
                .doesNotContain("hybrid_connection=\"other\"");
    }

    @Test
    void takesNewHybridConnectionsAndKeysWhileListenersStay() throws Exception {
        RawClient stays = RawClient.listener(relay, "other");
        Map<String, HybridConnection> more = new HashMap<>(
                RelayFixture.settings("127.0.0.1", 0).hybridConnections());
        more.put("new", new HybridConnection(Map.of(), true, null));
        relay.relay.prepare(RelayFixture.with(more, "another-key")).run();
        Field token = RawClient.token("new", "root", "another-key", Instant.now().plusSeconds(60));
        assertThat(RawClient.ask(relay, "/$hc/new?sb-hc-action=listen", token).answer.status()).isEqualTo(101);
        assertThat(RawClient.ask(relay, "/$hc/new?sb-hc-action=listen", RawClient.token(
                                "new", "root", RelayFixture.ROOT_KEY, Instant.now().plusSeconds(60)))
                        .answer.status())
                .isEqualTo(401);
        stays.sendText(new RenewToken(SasToken.mint(
                                "http://localhost/other", "root", "another-key".toCharArray(), Instant.now().plusSeconds(60))
                        .text())
                .toJson());
        assertThat(stays.any().opcode()).isEqualTo(FrameReader.PONG);
        stays.sendText(new RenewToken(SasToken.mint(
                                "http://localhost/other", "root", RelayFixture.ROOT_KEY.toCharArray(), Instant.now().plusSeconds(60))
                        .text())
                .toJson());
        assertThat(RawClient.closeCode(stays.next())).as("a token by the old key").isEqualTo(1008);
    }

    private static String renewal(String keyName, String key, Instant ends) {
        return new RenewToken(SasToken.mint("http://localhost/site-oslo", keyName, key.toCharArray(), ends).text())
                .toJson();
    }
}
