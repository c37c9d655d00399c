package io.relaygate.relay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.net.OutboundProxySettings;
import io.relaygate.net.ProxyException;
import io.relaygate.net.ProxyUrl;
import io.relaygate.net.TestAuthority;
import io.relaygate.net.TestProxy;
import io.relaygate.net.WayOut;
import io.relaygate.relay.AzureRelay;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.NamespaceSettings.Credential;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.RelayProbe;
import io.relaygate.relay.TestSecret;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A relay whose name only the proxy knows, and whose certificate only the proxy's authority vouches for. */
@Timeout(60)
@SuppressWarnings("try")
class RelayThroughProxyTest {

    @TempDir
    Path folder;

    private static NamespaceSettings namespace(RelayFixture relay) {
        return new NamespaceSettings(
                "sb://relay.test:" + relay.relay.address().port() + "/", null, new Credential("root", new TestSecret(RelayFixture.ROOT_KEY), null), null, null);
    }

    private RelaySettings settings() throws IOException {
        TestAuthority authority = new TestAuthority(folder);
        Path own = authority.issue("relay", "CN=relay", "-ext", "san=dns:relay.test");
        RelaySettings usual = RelayFixture.settings("127.0.0.1", 0);
        return new RelaySettings(
                usual.listen(), List.of("relay.test"), new RelaySettings.Tls(own, own), usual.keys(), usual.hybridConnections(), usual.tokenGrace(),
                usual.cadence(), usual.rendezvousTimeout(), usual.handshakeTimeout(), usual.maxHandshakes(), usual.maxWaitingSenders(), usual.maxListeners(),
                usual.profile(), usual.cuts());
    }

    @Test
    void listenersSendersAndRendezvousGoThroughIt() throws Exception {
        RelaySettings settings = settings();
        try (RelayFixture relay = new RelayFixture(folder, settings); TestProxy proxy = new TestProxy()) {
            WayOut out = WayOut.of(
                    new OutboundProxySettings(ProxyUrl.parse("http://" + proxy.address()), null, null, List.of(), folder.resolve("ca.pem")), Map.of());
            Relay client = relay.closing(new AzureRelay("own", namespace(relay), out, relay.identities(), relay.threads, InstantSource.system(), relay.metrics));
            RelayListener listener = client.listen("site-oslo", 1, offer -> {
                try (Link link = offer.accept(RelayFixture.soon())) {
                    link.in().transferTo(link.out());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(listener.state()).isEqualTo("listening"));
            try (Link link = client.connect("site-oslo", null, Map.of(), RelayFixture.soon())) {
                link.out().write("hello".getBytes(UTF_8));
                assertThat(link.in().readNBytes(5)).asString(UTF_8).isEqualTo("hello");
            }
            String target = "relay.test:" + relay.relay.address().port();
            assertThat(proxy.asked).as("the control channel, the sender and the rendezvous").containsExactly(target, target, target);

            RelayProbe probe = new RelayProbe(namespace(relay), out, relay.identities(), InstantSource.system());
            assertThat(probe.isProxied()).isTrue();
            assertThat(probe.reachProxied(RelayFixture.soon()).failure()).isNull();
            WayOut strict = WayOut.of(proxy.settings(), Map.of());
            assertThat(new RelayProbe(namespace(relay), strict, relay.identities(), InstantSource.system()).reachProxied(RelayFixture.soon()).failure()).isNotNull();

            Relay doubtful = relay.closing(new AzureRelay("own", namespace(relay), strict, relay.identities(), relay.threads, InstantSource.system(), relay.metrics));
            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> doubtful.connect("site-oslo", null, Map.of(), RelayFixture.soon()))
                    .withMessageContaining("unable to find valid certification path").withMessageContaining("through http://" + proxy.address()).withMessageContaining("`outboundProxy.caFile`");

            proxy.login = "gateway:secret";
            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> client.connect("site-oslo", null, Map.of(), RelayFixture.soon()))
                    .withMessageStartingWith("relay own: the proxy http://" + proxy.address() + " wants a login (407")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_RELAY));
            proxy.login = null;
            proxy.answer = "";
            proxy.hangs = true;
            assertThatExceptionOfType(RefusedException.class).as("a proxy that hangs is no listener that does")
                    .isThrownBy(() -> client.connect("site-oslo", null, Map.of(), Instant.now().plusMillis(200)))
                    .withMessageContaining("does not say in time").withCauseInstanceOf(ProxyException.class)
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_RELAY));
        }
    }
}
