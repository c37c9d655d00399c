package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.WayOut;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.Offer;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.RelayProbe;
import io.relaygate.relay.RelayProbe.Meaning;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a relay tells somebody who asks, and what the others notice of it. */
class RelayProbeTest extends AtARelay {

    private static final Map<String, String> KEYS = Map.of(
            "root", RelayFixture.ROOT_KEY, "send", RelayFixture.SEND_KEY, "listen", RelayFixture.LISTEN_KEY, "wrong", "wrong");

    private RelayProbe probe(String key) {
        return new RelayProbe(relay.namespace(key.equals("wrong") ? "root" : key, KEYS.getOrDefault(key, "")), WayOut.straight(), relay.identities(), InstantSource.system());
    }

    @ParameterizedTest
    @CsvSource({
        "root, site-oslo, NO_LISTENER, GRANTED",
        "send, site-oslo, NO_LISTENER, NO_RIGHT",
        "listen, site-oslo, NO_RIGHT, GRANTED",
        "wrong, site-oslo, REFUSED, REFUSED",
        "root, unknown, UNKNOWN, UNKNOWN",
    })
    void tellsWhatAKeyAllows(String key, String hybridConnection, Meaning sending, Meaning listening) throws IOException {
        RelayProbe probe = probe(key);
        assertThat(probe.send(hybridConnection, true, true, RelayFixture.soon()).meaning()).isEqualTo(sending);
        assertThat(probe.send(hybridConnection, false, true, RelayFixture.soon()).meaning()).isEqualTo(sending);
        assertThat(probe.listen(hybridConnection, RelayFixture.soon()).meaning()).isEqualTo(listening);
    }

    @Test
    void tellsWhetherATokenIsWanted() throws IOException {
        assertThat(probe("root").send("site-oslo", false, false, RelayFixture.soon()).meaning()).isEqualTo(Meaning.REFUSED);
        assertThat(probe("root").send("open", false, false, RelayFixture.soon()).meaning()).isEqualTo(Meaning.NO_LISTENER);
    }

    @Test
    void saysWhatIsToBeDoneWithoutTheTrackingId() throws IOException {
        RelayProbe.Said said = probe("wrong").send("site-oslo", true, true, RelayFixture.soon());
        assertThat(said).hasToString("401 InvalidSignature: The token has an invalid signature.");
        assertThat(said.advice()).contains("compare sasKeyName and sasKey");
    }

    @Test
    void asksNoListenerUnlessItIsToldTo() throws IOException {
        Queue<Offer> offers = new ConcurrentLinkedQueue<>();
        RelayListener listener = relay.closing(relay.client().listen("other", 1, offer -> {
            offers.add(offer);
            offer.reject(new RefusedException(Reason.NO_SITE, "no"));
        }));
        await().until(() -> listener.connected() == 1);
        assertThat(probe("root").send("other", false, true, RelayFixture.soon()).meaning()).isEqualTo(Meaning.LISTENED);
        assertThat(offers).isEmpty();
        assertThat(probe("root").send("other", true, true, RelayFixture.soon()).meaning()).isEqualTo(Meaning.SITE);
        assertThat(offers).hasSize(1);
    }

    @Test
    void listensForAMomentOnly() throws IOException {
        RelayProbe probe = probe("root");
        assertThat(probe.listen("other", RelayFixture.soon()).meaning()).isEqualTo(Meaning.GRANTED);
        await().until(() -> probe.send("other", false, true, RelayFixture.soon()).meaning() == Meaning.NO_LISTENER);
    }

    @Test
    void tellsThatNoMoreMayListen() throws Exception {
        replaceBy(RelayFixture.settings("127.0.0.1", 0, Duration.ofSeconds(2), Duration.ofSeconds(5), 1));
        RelayListener listener = relay.closing(relay.client().listen("other", 1, _ -> {}));
        await().until(() -> listener.connected() == 1);
        assertThat(probe("root").listen("other", RelayFixture.soon()).meaning()).isEqualTo(Meaning.FULL);
    }

    @Test
    void followsTheRelaysTime() throws IOException {
        relay.clock.ahead = Duration.ofHours(3);
        RelayProbe probe = probe("root");
        assertThat(probe.ahead()).isNull();
        assertThat(probe.send("site-oslo", true, true, RelayFixture.soon()).meaning()).isEqualTo(Meaning.NO_LISTENER);
        assertThat(probe.ahead()).isBetween(Duration.ofMinutes(179), Duration.ofMinutes(181));
    }

    @Test
    void seesTheCertificateWhetherItIsTrustedOrNot() throws IOException {
        RelayProbe.Handshake good = probe("root").reach(InetAddress.ofLiteral("127.0.0.1"), RelayFixture.soon());
        assertThat(good.failure()).isNull();
        NamespaceSettings usual = relay.namespace("root", RelayFixture.ROOT_KEY);
        NamespaceSettings bySystem = new NamespaceSettings(usual.endpoint(), null, usual.credential(), null, null);
        RelayProbe.Handshake foreign = new RelayProbe(bySystem, WayOut.straight(), relay.identities(), InstantSource.system()).reach(InetAddress.ofLiteral("127.0.0.1"), RelayFixture.soon());
        assertThat(foreign.failure()).isNotNull();
        assertThat(foreign.chain()).isNotEmpty().first().isEqualTo(good.chain().getFirst());
    }
}
