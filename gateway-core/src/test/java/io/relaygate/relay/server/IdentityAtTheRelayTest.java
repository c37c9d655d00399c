package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.azure.EntraCredential;
import io.relaygate.azure.LocalAzure;
import io.relaygate.net.WayOut;
import io.relaygate.relay.ControlMessage;
import io.relaygate.relay.ControlMessage.RenewToken;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.NamespaceSettings.Credential;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.RelayProbe;
import io.relaygate.relay.TestSecret;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a relay sees of who has an identity of Microsoft Entra and no key. */
@Timeout(60)
class IdentityAtTheRelayTest {

    private final TestSecret secret = new TestSecret(LocalAzure.SECRET);
    private LocalAzure azure;
    private RelayFixture relay;
    private FakeRelay fake;
    private EntraCredential identity;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        azure = new LocalAzure();
        azure.prefix = "eyJ0eXAiOiJKV1QifQ.e30.";
        relay = new RelayFixture(folder);
        fake = new FakeRelay(relay);
        identity = new EntraCredential(null, false, "contoso", "me", secret, null, null, false, azure.address());
    }

    @AfterEach
    void stop() throws Exception {
        fake.close();
        relay.close();
        azure.close();
    }

    @Test
    void showsABareTokenAndRenewsItOnTheControlChannelBeforeItEnds() throws Exception {
        azure.lives = "2";
        Relay client = relay.client(fake.namespace(identity));
        RelayListener listener = client.listen("site-oslo", 1, offer -> {});
        for (int i = 2; i <= 3; i++) {
            String message = fake.texts.poll(20, TimeUnit.SECONDS);
            assertThat(message).isNotNull();
            assertThat(ControlMessage.parse(message)).isInstanceOfSatisfying(
                    RenewToken.class, renewal -> assertThat(renewal.token()).matches("eyJ0eXAiOiJKV1QifQ\\.e30\\.[0-9]+"));
        }
        assertThat(fake.tokens).containsExactly(azure.prefix + "1");
        assertThat(listener.connected()).isEqualTo(1);
        assertThat(azure.forms).allSatisfy(form -> assertThat(form).containsEntry("scope", "https://relay.azure.net//.default"));
    }

    @Test
    void oneTokenIsForAllWhoAreTheSameIdentity() {
        relay.client(fake.namespace(identity)).listen("site-oslo", 1, offer -> {});
        await().until(() -> fake.tokens.size() == 1);
        fake.refusal = "anything";
        await().until(() -> fake.close(1001));
        await().atMost(Duration.ofSeconds(30)).until(() -> fake.tokens.size() >= 2);
        assertThat(fake.tokens).containsOnly(azure.prefix + "1");
        assertThat(azure.issued).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Unauthorized access. 'Listen' claim(s) are required to perform this operation. | Azure Relay Listener",
        "InvalidAudience: The authorization header contains a token with a wrong audience. | another `audience:`",
        "ExpiredToken: The token is expired. | Microsoft Entra gave no other",
        "Ip has been prevented to connect to the endpoint. | network rules",
    })
    void isToldWhatToDoWhenItIsRefused(String words, String advice) throws Exception {
        fake.refusal = words;
        Relay client = relay.client(fake.namespace(identity));
        assertThatThrownBy(() -> client.connect("site-oslo", null, Map.of(), RelayFixture.soon())).hasMessageContaining(advice)
                .hasMessageNotContaining("eyJ").hasMessageNotContaining("sasKey");
        RelayProbe probe = new RelayProbe(fake.namespace(identity), WayOut.straight(), relay.identities(), InstantSource.system());
        assertThat(probe.isIdentity()).isTrue();
        probe.identify(RelayFixture.soon());
        assertThat(probe.send("site-oslo", true, true, RelayFixture.soon()).advice()).contains(advice);
        RelayListener listener = client.listen("site-oslo", 1, offer -> {});
        await().until(() -> listener.state().contains(advice));
    }

    @Test
    void saysWhyThereIsNoTokenAndGoesOnWhenThereIsOne() {
        secret.value = "planted-wrong";
        Relay client = relay.client(fake.namespace(identity));
        assertThatThrownBy(() -> client.connect("site-oslo", null, Map.of(), RelayFixture.soon()))
                .hasMessage("relay own: Microsoft Entra gives no token: answered 401, invalid_client AADSTS7000215: Invalid client secret provided.");
        RelayListener listener = client.listen("site-oslo", 1, offer -> {});
        await().until(() -> listener.state().contains("AADSTS7000215"));
        assertThat(fake.tokens).as("nobody comes without a token").isEmpty();
        secret.value = LocalAzure.SECRET;
        await().atMost(Duration.ofSeconds(40)).until(() -> listener.connected() == 1);
    }

    @Test
    void theRelayInThisProgramTakesKeysAloneAndSaysSo() {
        NamespaceSettings own = relay.namespace("root", RelayFixture.ROOT_KEY);
        Relay client = relay.client(new NamespaceSettings(own.endpoint(), null, new Credential(identity, null), own.caFile(), null));
        assertThatThrownBy(() -> client.connect("site-oslo", null, Map.of(), RelayFixture.soon())).hasMessageContaining("our credential is refused")
                .hasMessageNotContaining("eyJ");
    }

    @Test
    void anotherAudienceIsAskedFor() {
        NamespaceSettings usual = fake.namespace(identity);
        Relay client = relay.client(new NamespaceSettings(
                usual.endpoint(), null, new Credential(identity, "https://relay.chinacloudapi.cn"), usual.caFile(), null));
        client.listen("site-oslo", 1, offer -> {});
        await().until(() -> fake.tokens.size() == 1);
        assertThat(azure.forms.getFirst()).containsEntry("scope", "https://relay.chinacloudapi.cn/.default");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "system | - | - | false | -",
        "-      | - | - | true  | `deviceCode` needs the `tenant`",
        "system | contoso | - | false | a managed identity has no `tenant`",
        "-      | contoso | me | false | give one of",
        "system | - | - | true | give one of",
        "-      | contoso/.. | - | true | a tenant is",
        "-      | contoso | m\"e | true | a client ID is",
    })
    void identitiesAreOneThing(@Nullable String managed, @Nullable String tenant, @Nullable String client, boolean person, @Nullable String trouble) {
        EntraCredential given = new EntraCredential(managed, false, tenant, client, null, null, null, person, null);
        assertThat(given.isEmpty()).isFalse();
        if (trouble == null) {
            assertThat(given.trouble()).isNull();
        } else {
            assertThat(given.trouble()).contains(trouble);
        }
        assertThat(EntraCredential.NONE.isEmpty()).isTrue();
    }
}
