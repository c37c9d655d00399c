package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.net.FrameReader;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.relay.ControlMessage;
import io.relaygate.relay.server.RawClient.Frame;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What listeners and senders on the wire see of each other, frame by frame. */
class RendezvousTest extends AtARelay {

    private static final Field PROTOCOLS = new Field("Sec-WebSocket-Protocol", "one, two");

    private final BlockingQueue<Object> answers = new ArrayBlockingQueue<>(10);

    @Test
    void tellsTheListenerAllThatItNeeds() throws Exception {
        RawClient listener = RawClient.listener(relay, "nested/path");
        String id = UUID.randomUUID().toString();
        connect("nested/path/sv%20c?a=%2B&b=2&", "sb-hc-id=" + id + "&", new Field("X-One", "1"), new Field("x-one", "2"));
        ControlMessage.Accept offer = listener.offer();
        assertThat(offer.address())
                .startsWith("wss://localhost:" + relay.relay.address().port() + "/$hc/nested/path/sv%20c?a=%2B&b=2&sb-hc-action=accept&")
                .matches("[!-~]+")
                .doesNotContain("sb-hc-token");
        assertThat(offer.id()).isEqualTo(id + "_G0");
        assertThat(offer.headers())
                .containsEntry("X-One", "1, 2")
                .containsKeys("Sec-WebSocket-Key", "Host", "Upgrade", "Connection", "Sec-WebSocket-Version")
                .doesNotContainKey("ServiceBusAuthorization");
        assertThat(offer.remoteAddress()).isEqualTo("127.0.0.1");
        assertThat(offer.remotePort()).isPositive();
        RawClient.rendezvous(relay, offer.address() + "&sb-hc-statusCode=400");
        answer();
    }

    @Test
    void replacesAnIdThatIsNoGuid() throws Exception {
        RawClient listener = RawClient.listener(relay, "other");
        connect("other?", "sb-hc-id=..%2F..&");
        ControlMessage.Accept offer = listener.offer();
        assertThat(offer.id()).matches("[0-9a-f-]{36}_G0");
        RawClient.rendezvous(relay, offer.address() + "&sb-hc-statusCode=400");
        answer();
    }

    @Test
    void answersTheSenderOnlyAfterTheRendezvousAndWithItsSubProtocol() throws Exception {
        RawClient listener = RawClient.listener(relay, "other");
        connect("other?", "", PROTOCOLS, new Field("Sec-WebSocket-Extensions", "permessage-deflate"));
        ControlMessage.Accept offer = listener.offer();
        assertThat(answers.poll(300, TimeUnit.MILLISECONDS)).as("nothing before the rendezvous").isNull();
        RawClient accepted = RawClient.rendezvous(relay, offer.address(), new Field("Sec-WebSocket-Protocol", "two"));
        assertThat(accepted.answer.field("Sec-WebSocket-Protocol")).isEqualTo("two");
        RawClient sender = (RawClient) answer();
        assertThat(sender.answer.status()).isEqualTo(101);
        assertThat(sender.answer.field("Sec-WebSocket-Protocol")).isEqualTo("two");
        assertThat(sender.answer.field("Sec-WebSocket-Extensions")).isNull();
    }

    @Test
    void refusesASubProtocolThatTheSenderHasNotOffered() throws Exception {
        RawClient listener = RawClient.listener(relay, "other");
        connect("other?", "", PROTOCOLS);
        String address = listener.offer().address();
        assertThat(RawClient.rendezvous(relay, address, new Field("Sec-WebSocket-Protocol", "three")).answer.status())
                .isEqualTo(400);
        assertThat(((RawClient) answer()).answer.status()).isEqualTo(502);
    }

    @Test
    void redeemsAnAddressOnce() throws Exception {
        Pair pair = pair();
        assertThat(RawClient.rendezvous(relay, pair.address).answer.status()).isEqualTo(403);
        String forged = pair.address.replaceAll("sb-hc-rendezvous=[0-9a-f]{32}", "sb-hc-rendezvous=" + "0".repeat(32));
        assertThat(forged).isNotEqualTo(pair.address);
        assertThat(RawClient.rendezvous(relay, forged).answer.reason()).startsWith("The rendezvous address is invalid");
    }

    @Test
    void handsARejectionToTheSenderAndConfirmsItWithGone() throws Exception {
        RawClient listener = RawClient.listener(relay, "other");
        connect("other?", "");
        RawClient rejection = RawClient.rendezvous(
                relay, listener.offer().address() + "&sb-hc-statusCode=418&sb-hc-statusDescription=no+coffee%20%26%0d%0aX");
        assertThat(rejection.answer.status()).isEqualTo(410);
        assertThat(rejection.answer.reason()).isEqualTo("Gone");
        RawClient sender = (RawClient) answer();
        assertThat(sender.answer.status()).isEqualTo(418);
        assertThat(sender.answer.reason()).isEqualTo("no coffee &X");
    }

    @Test
    void givesUpOnAListenerThatDoesNotAnswerAndExpiresTheAddress() throws Exception {
        replaceBy(RelayFixture.settings("127.0.0.1", 0, Duration.ofSeconds(1), Duration.ofMillis(500), 25));
        RawClient listener = RawClient.listener(relay, "other");
        connect("other?", "");
        String address = listener.offer().address();
        RawClient sender = (RawClient) answer();
        assertThat(sender.answer.status()).isEqualTo(504);
        assertThat(sender.answer.reason())
                .startsWith("None of the connected listeners accepted the connections within the allowed timeout.");
        assertThat(RawClient.rendezvous(relay, address).answer.status()).isEqualTo(403);
    }

    @Test
    void offersTheSenderToAnotherListenerWhenOneIsLost() throws Exception {
        RawClient first = RawClient.listener(relay, "other");
        connect("other?", "");
        first.offer();
        RawClient second = RawClient.listener(relay, "other");
        first.close();
        RawClient.rendezvous(relay, second.offer().address());
        assertThat(((RawClient) answer()).answer.status()).isEqualTo(101);
    }

    @Test
    void obeysAllowedAndDisallowedListeners() throws Exception {
        String id = UUID.randomUUID().toString();
        Field token = RawClient.token(relay, "other", "root", RelayFixture.ROOT_KEY);
        RawClient other = RawClient.ask(relay, "/$hc/other?sb-hc-action=listen", token);
        RawClient wanted = RawClient.ask(relay, "/$hc/other?sb-hc-action=listen&sb-hc-id=" + id, token);
        for (int i = 0; i < 5; i++) {
            connect("other?", "", new Field("Microsoft-Relay-AllowedListeners", UUID.randomUUID() + ", " + id));
            RawClient.rendezvous(relay, wanted.offer().address());
            assertThat(((RawClient) answer()).answer.status()).isEqualTo(101);
        }
        for (int i = 0; i < 5; i++) {
            connect("other?", "", new Field("Microsoft-Relay-DisallowedListeners", id));
            RawClient.rendezvous(relay, other.offer().address());
            assertThat(((RawClient) answer()).answer.status()).isEqualTo(101);
        }
        connect("other?", "", new Field("Microsoft-Relay-AllowedListeners", UUID.randomUUID().toString()));
        RawClient refused = (RawClient) answer();
        assertThat(refused.answer.status()).isEqualTo(404);
        assertThat(refused.answer.reason()).startsWith("None of the connected listeners meet the AllowedListeners");
    }

    @Test
    void keepsTypesAndBordersOfMessages() throws Exception {
        Pair pair = pair();
        pair.sender.sendText("text");
        pair.sender.send(FrameReader.BINARY, true, new byte[] {1, 2, 3});
        pair.sender.send(FrameReader.BINARY, false, new byte[] {4});
        pair.sender.send(FrameReader.PING, true, new byte[] {9});
        pair.sender.send(FrameReader.CONTINUATION, false, new byte[] {5});
        pair.sender.send(FrameReader.CONTINUATION, true, new byte[0]);
        assertThat(pair.listener.next().text()).isEqualTo("text");
        expect(pair.listener.next(), FrameReader.BINARY, true, 1, 2, 3);
        expect(pair.listener.next(), FrameReader.BINARY, false, 4);
        expect(pair.listener.next(), FrameReader.CONTINUATION, false, 5);
        expect(pair.listener.next(), FrameReader.CONTINUATION, true);
        expect(pair.sender.any(), FrameReader.PONG, true, 9);
        pair.listener.sendText("back");
        assertThat(pair.sender.next().text()).isEqualTo("back");
    }

    private static void expect(Frame frame, int opcode, boolean last, int... payload) {
        assertThat(frame.opcode()).isEqualTo(opcode);
        assertThat(frame.last()).isEqualTo(last);
        assertThat(frame.payload()).containsExactly(payload);
    }

    @Test
    void cutsLongFramesAndStreamsThem() throws Exception {
        Pair pair = pair();
        byte[] big = new byte[300_000];
        new Random(5).nextBytes(big);
        byte[] head = {(byte) 0x82, (byte) 0xff, 0, 0, 0, 0, 0, 4, (byte) 0x93, (byte) 0xe0, 0, 0, 0, 0};
        pair.sender.link.out().write(head);
        pair.sender.link.out().write(big, 0, 150_000);
        ByteArrayOutputStream arrived = new ByteArrayOutputStream();
        Frame frame = pair.listener.next();
        assertThat(frame.opcode()).isEqualTo(FrameReader.BINARY);
        while (true) {
            assertThat(frame.payload()).hasSizeBetween(1, 65536);
            assertThat(frame.last()).isEqualTo(arrived.size() + frame.payload().length == big.length);
            arrived.writeBytes(frame.payload());
            if (arrived.size() == 150_000) {
                // The rest of the frame was not yet sent, and what was is here.
                pair.sender.link.out().write(big, 150_000, 150_000);
            }
            if (frame.last()) {
                break;
            }
            frame = pair.listener.next();
            assertThat(frame.opcode()).isEqualTo(FrameReader.CONTINUATION);
        }
        assertThat(arrived.toByteArray()).isEqualTo(big);
    }

    @Test
    void keepsHalfCloseAndItsCodeBothWays() throws Exception {
        Pair pair = pair();
        pair.sender.sendClose(4001, "that is all");
        Frame close = pair.listener.next();
        assertThat(RawClient.closeCode(close)).isEqualTo(4001);
        assertThat(new String(close.payload(), 2, close.payload().length - 2, java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("that is all");
        pair.listener.sendText("still here");
        assertThat(pair.sender.next().text()).isEqualTo("still here");
        pair.listener.sendClose(1000, "");
        assertThat(RawClient.closeCode(pair.sender.next())).isEqualTo(1000);
        assertThat(pair.sender.link.in().read()).as("TLS ends cleanly").isEqualTo(-1);
        assertThat(pair.listener.link.in().read()).isEqualTo(-1);
    }

    @Test
    void neverMakesACleanEndOfAnAbort() throws Exception {
        for (boolean senderAborts : new boolean[] {true, false}) {
            Pair pair = pair();
            (senderAborts ? pair.sender : pair.listener).link.abort();
            RawClient other = senderAborts ? pair.listener : pair.sender;
            assertThatThrownBy(other::next).isInstanceOf(IOException.class);
        }
    }

    @Test
    void neverMakesACleanEndOfATlsEndWithoutACloseFrame() throws Exception {
        Pair pair = pair();
        pair.sender.link.close();
        assertThatThrownBy(pair.listener::next).isInstanceOf(IOException.class);
    }

    @Test
    void dropsBothIfOneBreaksTheProtocol() throws Exception {
        Pair pair = pair();
        pair.sender.link.out().write(new byte[] {(byte) 0x83, (byte) 0x80, 0, 0, 0, 0});
        assertThatThrownBy(pair.listener::next).isInstanceOf(IOException.class);
        assertThatThrownBy(pair.sender::next).isInstanceOf(IOException.class);
    }

    @Test
    void tellsAWaitingPeerThatTheOtherHasLeftAfterItsCloseFrame() throws Exception {
        Pair pair = pair();
        pair.sender.sendClose(1000, "");
        assertThat(RawClient.closeCode(pair.listener.next())).isEqualTo(1000);
        pair.sender.link.close();
        assertThatThrownBy(pair.listener::next).isInstanceOf(IOException.class);
    }

    @Test
    void survivesASenderThatLeavesWhileItWaits() throws Exception {
        RawClient listener = RawClient.listener(relay, "other");
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                answers.add(RawClient.sender(relay, "other", "").answer.status());
            } catch (IOException | AssertionError e) {
                answers.add(e);
            }
        });
        String address = listener.offer().address();
        relay.abortAll();
        // Which of the connections broke first is chance: the sender's own, or the listener's, for which it is refused.
        assertThat(answer()).satisfiesAnyOf(
                broken -> assertThat(broken).isInstanceOf(Throwable.class),
                status -> assertThat(status).isInstanceOfSatisfying(Integer.class, code -> assertThat(code).isGreaterThanOrEqualTo(400)));
        waiting.join();
        try {
            RawClient late = RawClient.rendezvous(relay, address);
            assertThat(late.answer.status()).isIn(101, 403);
            if (late.answer.status() == 101) {
                assertThatThrownBy(late::next).isInstanceOf(IOException.class);
            }
        } catch (EOFException e) {
            assertThat(e).hasMessageContaining("ended");
        }
    }

    @Test
    void boundsTheNumberOfWaitingSenders() throws Exception {
        RawClient.listener(relay, "open");
        for (int i = 0; i < 100; i++) {
            connect("open?", "");
        }
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(4))
                .until(() -> relay.metrics.exposition().contains("waiting_senders 100"));
        RawClient refused = RawClient.sender(relay, "open", "");
        assertThat(refused.answer.status()).isEqualTo(503);
        assertThat(refused.answer.reason()).startsWith("Too many senders");
        relay.relay.close();
    }

    /** A sender and a listener's rendezvous that are connected. */
    private record Pair(RawClient sender, RawClient listener, String address) {}

    private Pair pair() throws Exception {
        RawClient control = RawClient.listener(relay, "other");
        connect("other?", "");
        String address = control.offer().address();
        RawClient accepted = RawClient.rendezvous(relay, address);
        assertThat(accepted.answer.status()).isEqualTo(101);
        control.close();
        org.awaitility.Awaitility.await().until(() -> relay.metrics.exposition()
                .contains("relaygate_embedded_relay_listeners{hybrid_connection=\"other\"} 0"));
        return new Pair((RawClient) answer(), accepted, address);
    }

    private void connect(String target, String more, Field... fields) {
        Thread.ofVirtual().start(() -> {
            try {
                String path = target.substring(0, target.indexOf('?'));
                String query = target.substring(target.indexOf('?') + 1);
                Field[] all = java.util.Arrays.copyOf(fields, fields.length + 1);
                all[fields.length] = RawClient.token(relay, "", "root", RelayFixture.ROOT_KEY);
                answers.add(RawClient.ask(relay, "/$hc/" + path + "?" + query + more + "sb-hc-action=connect", all));
            } catch (IOException e) {
                answers.offer(e);
            }
        });
    }

    private Object answer() throws InterruptedException {
        Object answer = answers.poll(10, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("the sender has no answer");
        }
        return answer;
    }
}
