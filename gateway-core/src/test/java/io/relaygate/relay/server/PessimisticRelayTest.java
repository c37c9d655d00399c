package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.FrameReader;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.relay.ControlMessage.Accept;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.relay.server.RawClient.Frame;
import io.relaygate.relay.server.RelaySettings.Cuts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the pessimistic profile of the relay does, frame by frame. */
class PessimisticRelayTest extends AtARelay {

    private static final Cuts CUTS = new Cuts(Duration.ofMinutes(2), Duration.ofMinutes(5), 7);

    private final BlockingQueue<Object> answers = new ArrayBlockingQueue<>(10);

    @Override
    RelaySettings settings() {
        return RelayFixture.pessimistic(Duration.ofSeconds(2), CUTS);
    }

    private void connect(String path, Field... fields) {
        Thread.ofVirtual().start(() -> {
            try {
                Field[] all = Arrays.copyOf(fields, fields.length + 1);
                all[fields.length] = RawClient.token(relay, "other", "root", RelayFixture.ROOT_KEY);
                answers.add(RawClient.ask(relay, "/$hc/" + path + "?sb-hc-action=connect", all));
            } catch (IOException e) {
                answers.add(e);
            }
        });
    }

    private RawClient answer() throws InterruptedException {
        return (RawClient) answers.poll(10, TimeUnit.SECONDS);
    }

    private record Pair(RawClient sender, RawClient listener) {}

    private Pair pair(RawClient control, Field... fields) throws Exception {
        connect("other", fields);
        RawClient listener = RawClient.rendezvous(relay, control.offer().address());
        return new Pair(answer(), listener);
    }

    @Test
    void announcesNoCadenceAndDropsAListenerThatPings() throws Exception {
        RawClient listener = RawClient.listener(relay, "other");
        assertThat(listener.answer.field("RelayGate-Cadence")).isNull();
        assertThat(Conduct.of(RelayFixture.pessimistic(Duration.ofSeconds(1), null)).cadence()).isEqualTo(Duration.ofSeconds(210));
        listener.send(FrameReader.PONG, true, new byte[0]);
        pair(listener);
        listener.send(FrameReader.PING, true, new byte[0]);
        assertThatThrownBy(listener::next).isInstanceOf(IOException.class);
    }

    @Test
    void doesNotLetWebSocketSendersChooseAmongListenersButHttpSenders() throws Exception {
        RawClient listener = RawClient.listener(relay, "other");
        Field nobody = new Field("Microsoft-Relay-AllowedListeners", UUID.randomUUID().toString());
        assertThat(pair(listener, nobody).sender.answer.status()).isEqualTo(101);
        HttpSender sender = HttpSender.of(relay);
        sender.send("GET /other HTTP/1.1~Host: h~" + nobody.name() + ": " + nobody.value() + "~ServiceBusAuthorization: "
                + RawClient.token(relay, "other", "root", RelayFixture.ROOT_KEY).value() + "~~");
        assertThat(sender.head().status()).isEqualTo(404);
    }

    @Test
    void answersNoPingAndCutsAndJoinsBinaryMessages() throws Exception {
        Pair pair = pair(RawClient.listener(relay, "other"));
        byte[] all = new byte[300_000];
        new Random(3).nextBytes(all);
        List<Integer> sent = new ArrayList<>();
        Random random = new Random(4);
        pair.sender.send(FrameReader.PING, true, new byte[] {1});
        for (int done = 0; done < all.length; ) {
            int n = Math.min(all.length - done, 1 + random.nextInt(random.nextBoolean() ? 10 : 60_000));
            pair.sender.send(FrameReader.BINARY, true, Arrays.copyOfRange(all, done, done + n));
            sent.add(n);
            done += n;
        }
        List<Integer> got = new ArrayList<>();
        ByteArrayOutputStream arrived = new ByteArrayOutputStream();
        int message = 0;
        while (arrived.size() < all.length) {
            Frame frame = pair.listener.any();
            assertThat(frame.payload()).hasSizeBetween(1, 65536);
            arrived.writeBytes(frame.payload());
            message += frame.payload().length;
            if (frame.last()) {
                got.add(message);
                message = 0;
            }
        }
        assertThat(arrived.toByteArray()).isEqualTo(all);
        assertThat(message).as("no message is left open").isZero();
        assertThat(got).isNotEqualTo(sent);
        pair.listener.sendText("text");
        Frame text = pair.sender.any();
        assertThat(text.opcode()).as("and no Pong before it").isEqualTo(FrameReader.TEXT);
        assertThat(text.text()).isEqualTo("text");
    }

    @Test
    void withholdsNothingOfAFrameWhoseRestIsNotYetSent() throws Exception {
        Pair pair = pair(RawClient.listener(relay, "other"));
        pair.sender.link.out().write(new byte[] {(byte) 0x82, (byte) 0xfe, 1, 0, 0, 0, 0, 0});
        pair.sender.link.out().write(new byte[100]);
        for (int got = 0; got < 100; ) {
            got += pair.listener.any().payload().length;
        }
        pair.sender.link.out().write(new byte[156]);
        for (int got = 0; got < 156; ) {
            got += pair.listener.any().payload().length;
        }
    }

    @Test
    void lowersTheCaseOfPathsAndTellsNotHowASenderHasEnded() throws Exception {
        RawClient control = RawClient.listener(relay, "other");
        connect("other/Some%2FThing");
        Accept offer = control.offer();
        assertThat(offer.address()).contains("/$hc/other/some%2fthing?");
        RawClient listener = RawClient.rendezvous(relay, offer.address());
        RawClient sender = answer();
        sender.sendClose(1000, "done");
        assertThat(RawClient.closeCode(listener.next())).isEqualTo(1001);
        listener.sendText("still here");
        assertThat(sender.next().text()).isEqualTo("still here");
        listener.sendClose(4001, "");
        assertThat(RawClient.closeCode(sender.next())).isEqualTo(4001);
        Pair broken = pair(control);
        broken.sender.link.abort();
        assertThatThrownBy(broken.listener::next).as("who breaks off is not said to have ended").isInstanceOf(IOException.class);
    }

    @Test
    void takesNoTokenForMoreThanTheHybridConnection() throws Exception {
        RawClient.listener(relay, "other");
        Field beyond = RawClient.token(relay, "other/orders", "root", RelayFixture.ROOT_KEY);
        assertThat(RawClient.ask(relay, "/$hc/other/orders?sb-hc-action=connect", beyond).answer.reason())
                .startsWith("InvalidAudience");
    }

    @Test
    void goesOnOfferingSendersToAListenerThatIsLost() throws Exception {
        RawClient polite = RawClient.listener(relay, "other");
        polite.sendClose(1000, "");
        await().until(() -> relay.metrics.exposition().contains("_listeners{hybrid_connection=\"other\"} 0"));
        assertThat(RawClient.sender(relay, "other", "").answer.status()).isEqualTo(404);
        RawClient listener = RawClient.listener(relay, "other");
        connect("other");
        String address = listener.offer().address();
        assertThat(answer().answer.status()).as("it has not accepted in time").isEqualTo(504);
        assertThat(RawClient.rendezvous(relay, address).answer.status()).as("a late rendezvous").isEqualTo(403);
        listener.close();
        await().until(() -> relay.metrics.exposition().contains("_listeners{hybrid_connection=\"other\"} 0"));
        assertThat(RawClient.sender(relay, "other", "").answer.status()).isEqualTo(504);
        relay.clock.ahead = Duration.ofSeconds(61);
        assertThat(RawClient.sender(relay, "other", "").answer.status()).isEqualTo(404);
    }

    @Test
    void cutsCarriersAtAnAgeThatTheSeedDecidesAndNoOtherConnections() throws Exception {
        RawClient control = RawClient.listener(relay, "other");
        Pair session = pair(control);
        Pair carrier = pair(control, new Field(RelayHeaders.TUNNEL, "1-1"));
        carrier.sender.sendText("born");
        assertThat(carrier.listener.next().text()).isEqualTo("born");
        relay.clock.ahead = CUTS.from().minusSeconds(10);
        relay.relay.timer().wake();
        carrier.sender.sendText("young");
        assertThat(carrier.listener.next().text()).isEqualTo("young");
        relay.clock.ahead = CUTS.to().plusSeconds(1);
        relay.relay.timer().wake();
        assertThatThrownBy(carrier.sender::next).isInstanceOf(IOException.class);
        assertThatThrownBy(carrier.listener::next).isInstanceOf(IOException.class);
        session.sender.sendText("old");
        assertThat(session.listener.next().text()).isEqualTo("old");
        assertThat(ages(7)).isEqualTo(ages(7)).isNotEqualTo(ages(8)).allSatisfy(age -> assertThat(age).isBetween(CUTS.from(), CUTS.to()));
    }

    private static List<Duration> ages(int seed) {
        Cuts cuts = new Cuts(CUTS.from(), CUTS.to(), seed);
        Conduct conduct = Conduct.of(RelayFixture.pessimistic(Duration.ofSeconds(1), cuts));
        List<Duration> ages = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ages.add(conduct.age());
        }
        return ages;
    }
}
