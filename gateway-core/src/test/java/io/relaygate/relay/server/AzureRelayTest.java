package io.relaygate.relay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.net.WayOut;
import io.relaygate.relay.AzureRelay;
import io.relaygate.relay.ControlMessage;
import io.relaygate.relay.ControlMessage.RenewToken;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.NamespaceSettings.Credential;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.SasToken;
import io.relaygate.relay.ShortTokens;
import io.relaygate.relay.TestSecret;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client in good and bad days. */
class AzureRelayTest extends AtARelay {

    @Test
    void listensAgainAfterTheRelayHasRestarted() throws Exception {
        Relay client = relay.client();
        RelayListener listener = listen(client, AzureRelayTest::echo);
        for (int i = 0; i < 2; i++) {
            relay.restart();
            long start = System.nanoTime();
            await().atMost(Duration.ofSeconds(5)).until(() -> echoes(client));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
        await().until(() -> listener.connected() == 2);
        assertThat(listener.state()).isEqualTo("listening");
    }

    private static boolean echoes(Relay client) {
        try (Link link = client.connect("site-oslo", null, Map.of(), RelayFixture.soon())) {
            link.out().write("hi".getBytes(UTF_8));
            link.finish();
            return new String(link.in().readAllBytes(), UTF_8).equals("hi");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void replacesAControlChannelThatIsSilentForTooLong() {
        NamespaceSettings usual = relay.namespace("root", RelayFixture.ROOT_KEY);
        Relay client = relay.client(new NamespaceSettings(
                usual.endpoint(), null, usual.credential(), usual.caFile(), Duration.ofMillis(300)));
        listen(client, AzureRelayTest::echo);
        await().until(() -> relay.metrics
                        .counter("relaygate_embedded_relay_handshakes", "Handshakes of the embedded relay by action and status.", "action", "status")
                        .value("listen", "served")
                >= 3);
    }

    @Test
    void isContentWithOneChannelWhereTheQuotaRefusesTheSecond() throws Exception {
        replaceBy(RelayFixture.settings("127.0.0.1", 0, Duration.ofSeconds(2), Duration.ofSeconds(5), 1));
        RelayListener listener = listen(relay.client(), AzureRelayTest::echo);
        await().until(() -> relay.metrics.exposition().contains("action=\"listen\",status=\"403\""));
        assertThat(listener.connected()).isEqualTo(1);
        assertThat(listener.state()).isEqualTo("listening");
    }

    @Test
    void saysWhatIsWrongWhileItCannotListen() {
        Relay wrong = relay.client("root", "wrong");
        RelayListener listener = wrong.listen("site-oslo", 1, offer -> {});
        await().until(() -> listener.state().contains("InvalidSignature"));
        assertThat(listener.state()).startsWith("connecting: 401 ").contains("compare sasKeyName and sasKey");
        assertThat(wrong.healthy()).isFalse();
        RelayListener lost = relay.client().listen("nowhere", 1, offer -> {});
        await().until(() -> lost.state().startsWith("connecting: 404 Endpoint does not exist."));
        Relay sender = relay.client("send", RelayFixture.SEND_KEY);
        RelayListener right = sender.listen("site-oslo", 1, offer -> {});
        await().until(() -> right.state().contains("the key lacks the right: Listen"));
    }

    @Test
    void tellsWhyItCannotConnect() {
        expect(Reason.NO_SITE, "nobody listens", relay.client(), "site-oslo");
        expect(Reason.NO_RELAY, "does not exist", relay.client(), "nowhere");
        expect(Reason.NO_RELAY, "compare sasKeyName and sasKey", relay.client("send", "wrong"), "site-oslo");
        expect(Reason.NO_RELAY, "lacks the right", relay.client("listen", RelayFixture.LISTEN_KEY), "site-oslo");
        NamespaceSettings usual = relay.namespace("root", RelayFixture.ROOT_KEY);
        Relay untrusting = relay.client(
                new NamespaceSettings(usual.endpoint(), null, usual.credential(), null, null));
        expect(Reason.NO_RELAY, "certification path", untrusting, "site-oslo");
        expect(Reason.NO_RELAY, "give a credential",
                relay.client(new NamespaceSettings(usual.endpoint(), null, null, usual.caFile(), null)), "site-oslo");
        Relay absent = relay.client(
                new NamespaceSettings("sb://localhost:1/", null, usual.credential(), usual.caFile(), null));
        expect(Reason.NO_RELAY, "Connection refused", absent, "site-oslo");
        assertThat(absent.healthy()).isFalse();
        Relay nameless = relay.client(
                new NamespaceSettings("sb://no-such-name.invalid/", null, usual.credential(), usual.caFile(), null));
        expect(Reason.NO_RELAY, "no-such-name.invalid has no address", nameless, "site-oslo");
    }

    private static void expect(Reason reason, String words, Relay client, String hybridConnection) {
        assertThatThrownBy(() -> client.connect(hybridConnection, null, Map.of(), RelayFixture.soon()))
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e.retryable()).isTrue();
                    assertThat(e).hasMessageContaining("relay own").hasMessageContaining(words);
                });
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void carriesTheReasonOfASiteToTheEdge(Reason reason) {
        listen(relay.client(), offer -> offer.reject(new RefusedException(reason, "because")));
        assertThatThrownBy(() -> relay.client().connect("site-oslo", "x", Map.of(), RelayFixture.soon()))
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e).hasMessage("because");
                });
        Relay memory = relay.closing(relay.relay.inMemory("embedded"));
        assertThatThrownBy(() -> memory.connect("site-oslo", "x", Map.of(), RelayFixture.soon()))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @ParameterizedTest
    @ValueSource(ints = {-3, 3})
    void goesByTheRelaysClock(int hours) {
        InstantSource wrong = () -> Instant.now().plus(Duration.ofHours(hours));
        Relay client = relay.closing(new AzureRelay(
                "own", relay.namespace("root", RelayFixture.ROOT_KEY), WayOut.straight(), relay.identities(), relay.threads, wrong, relay.metrics));
        listen(client, AzureRelayTest::echo);
        assertThat(echoes(relay.closing(new AzureRelay(
                        "own", relay.namespace("root", RelayFixture.ROOT_KEY), WayOut.straight(), relay.identities(), relay.threads, wrong, relay.metrics))))
                .as("at the first attempt of a client that knows no better")
                .isTrue();
    }

    @Test
    void renewsItsTokenLongBeforeItEnds() throws Exception {
        try (FakeRelay fake = new FakeRelay(relay)) {
            Relay client = relay.closing(ShortTokens.client(fake.namespace(), relay.threads, Duration.ofMillis(400)));
            RelayListener listener = client.listen("site-oslo", 1, AzureRelayTest::echo);
            for (int i = 0; i < 3; i++) {
                String message = fake.texts.poll(5, TimeUnit.SECONDS);
                assertThat(message).isNotNull();
                assertThat(ControlMessage.parse(message)).isInstanceOfSatisfying(RenewToken.class, renewal -> {
                    SasToken token = SasToken.parse(renewal.token());
                    assertThat(token.resource()).isEqualTo("http://localhost/site-oslo");
                    assertThat(token.verify(RelayFixture.ROOT_KEY.toCharArray())).isTrue();
                });
            }
            assertThat(fake.handshakes).hasValue(1);
            assertThat(listener.connected()).isEqualTo(1);
        }
    }

    @Test
    void neverPingsAndIgnoresWhatItDoesNotKnow() throws Exception {
        try (FakeRelay fake = new FakeRelay(relay)) {
            Relay client = relay.client(fake.namespace());
            BlockingQueue<Offer> offers = new ArrayBlockingQueue<>(1);
            RelayListener listener = client.listen("site-oslo", 1, offers::add);
            await().until(() -> listener.connected() == 1);
            fake.send("{\"request\":{\"id\":\"1\"}}");
            fake.send("{\"request\":{\"address\":\"wss://x/\",\"id\":\"1\",\"method\":\"PUT\",\"body\":true}}");
            fake.send("nonsense");
            fake.send("{\"accept\":{\"address\":\"wss://localhost:1/$hc/site-oslo/Orders%2e?x\",\"connectHeaders\":{}}}");
            Offer offer = offers.poll(5, TimeUnit.SECONDS);
            assertThat(offer).isNotNull();
            assertThat(offer.service()).isEqualTo("Orders.");
            assertThat(offer.remote()).isEqualTo("unknown");
            assertThatThrownBy(() -> offer.accept(RelayFixture.soon())).hasMessageContaining("Connection refused");
            assertThat(listener.connected()).isEqualTo(1);
            assertThat(fake.others).isEmpty();
        }
    }

    @Test
    void listensAgainAfterEveryKindOfClose() throws Exception {
        try (FakeRelay fake = new FakeRelay(relay)) {
            relay.client(fake.namespace()).listen("site-oslo", 1, AzureRelayTest::echo);
            for (int code : new int[] {1000, 1001, 1008, 1011}) {
                int before = fake.handshakes.get();
                await().until(() -> fake.close(code));
                await().until(() -> fake.handshakes.get() > before);
            }
        }
    }

    @Test
    void usesUpAReadyMadeTokenAndSaysSo() {
        String sas = SasToken.mint(
                        "http://localhost/site-oslo", "root", RelayFixture.ROOT_KEY.toCharArray(), Instant.now().plusSeconds(60))
                .text();
        NamespaceSettings usual = relay.namespace("root", RelayFixture.ROOT_KEY);
        Relay client = relay.client(new NamespaceSettings(
                usual.endpoint(), null, new Credential(null, null, new TestSecret(sas)), usual.caFile(), null));
        RelayListener listener = listen(client, AzureRelayTest::echo);
        assertThat(echoes(client)).isTrue();
        relay.clock.ahead = Duration.ofMinutes(10);
        await().until(() -> listener.state().contains("the token has expired: give a newer one"));
        assertThat(listener.connected()).isZero();
    }

    @Test
    void readsAConnectionString() {
        TestSecret text = new TestSecret("Endpoint=sb://localhost:" + relay.relay.address().port()
                + "/;SharedAccessKeyName=root;SharedAccessKey=" + RelayFixture.ROOT_KEY + ";EntityPath=site-oslo");
        Relay client = relay.client(new NamespaceSettings(null, text, null, relay.relay.caFile(), null));
        listen(client, AzureRelayTest::echo);
        assertThat(echoes(client)).isTrue();
    }

    @Test
    void lateOffersAreStillAcceptedAfterTheListenerHasClosed() throws Exception {
        BlockingQueue<Offer> offers = new ArrayBlockingQueue<>(1);
        RelayListener listener = listen(relay.client(), offers::add);
        Thread sender = Thread.ofVirtual().start(() -> assertThat(echoes(relay.client())).isTrue());
        Offer offer = offers.poll(5, TimeUnit.SECONDS);
        assertThat(offer).isNotNull();
        Thread site = Thread.ofVirtual().start(() -> echo(offer));
        site.join();
        listener.close();
        sender.join();
        assertThatThrownBy(() -> offer.accept(RelayFixture.soon())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void forgetsAnOfferThatNobodyAnswers() throws Exception {
        replaceBy(RelayFixture.settings("127.0.0.1", 0, Duration.ofSeconds(2), Duration.ofMillis(300), 25));
        BlockingQueue<Offer> offers = new ArrayBlockingQueue<>(4);
        listen(relay.client(), offers::add);
        expect(Reason.NO_SITE, "no listener answers", relay.client(), "site-oslo");
        Offer late = offers.poll(5, TimeUnit.SECONDS);
        assertThat(late).isNotNull();
        assertThatThrownBy(() -> late.accept(RelayFixture.soon())).hasMessageContaining("403");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wire to wire", "memory to wire", "wire to memory", "memory to memory"})
    void neverMakesACleanEndOfAnAbort(String kind) throws Exception {
        Relay memory = relay.closing(relay.relay.inMemory("embedded"));
        Relay sender = kind.startsWith("wire") ? relay.client() : memory;
        Relay listener = kind.endsWith("wire") ? relay.client() : memory;
        BlockingQueue<Link> accepted = new ArrayBlockingQueue<>(1);
        RelayListener listening = listen(listener, offer -> {
            try {
                accepted.add(offer.accept(RelayFixture.soon()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        for (boolean senderAborts : new boolean[] {true, false}) {
            Link one = sender.connect("site-oslo", null, Map.of(), RelayFixture.soon());
            Link other = accepted.poll(5, TimeUnit.SECONDS);
            assertThat(other).isNotNull();
            one.out().write(1);
            assertThat(other.in().read()).isEqualTo(1);
            (senderAborts ? one : other).abort();
            assertThatThrownBy(() -> (senderAborts ? other : one).in().read()).isInstanceOf(IOException.class);
            one.close();
            other.close();
        }
        listening.close();
    }

    @Test
    void dropsConnectionsInMemoryWhenTheRelayCloses() throws Exception {
        Relay memory = relay.closing(relay.relay.inMemory("embedded"));
        BlockingQueue<Link> accepted = new ArrayBlockingQueue<>(2);
        listen(memory, offer -> {
            try {
                accepted.add(offer.accept(RelayFixture.soon()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Link one = memory.connect("site-oslo", null, Map.of(), RelayFixture.soon());
        Link two = relay.client().connect("site-oslo", null, Map.of(), RelayFixture.soon());
        Link first = accepted.poll(5, TimeUnit.SECONDS);
        Link second = accepted.poll(5, TimeUnit.SECONDS);
        relay.relay.close();
        for (Link link : new Link[] {one, two, first, second}) {
            assertThat(link).isNotNull();
            assertThatThrownBy(() -> link.in().read()).isInstanceOf(IOException.class);
            link.abort();
        }
        assertThat(memory.healthy()).isFalse();
    }

    @Test
    void carriesManyConnectionsAtOnceEachWithItsOwnBytes() throws Exception {
        listen(relay.client(), AzureRelayTest::echo);
        Relay client = relay.client();
        AtomicInteger good = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            byte[] mine = ("connection " + i + " ").repeat(5000).getBytes(UTF_8);
            threads.add(Thread.ofVirtual().start(() -> {
                try (Link link = client.connect("site-oslo", null, Map.of(), Instant.now().plusSeconds(60))) {
                    Thread writer = Thread.ofVirtual().start(() -> {
                        try {
                            link.out().write(mine);
                            link.finish();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
                    if (java.util.Arrays.equals(link.in().readAllBytes(), mine)) {
                        good.incrementAndGet();
                    }
                    writer.join();
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(good).hasValue(100);
    }
}
