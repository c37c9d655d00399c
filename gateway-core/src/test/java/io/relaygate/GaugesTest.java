package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.azure.EntraCredential;
import io.relaygate.azure.KeyVaults;
import io.relaygate.azure.LocalAzure;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.Relay;
import io.relaygate.relay.TestSecret;
import io.relaygate.sdk.RefusedException;
import io.relaygate.tunnel.Budget;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GaugesTest {

    /** A namespace where nobody is; but whoever goes there has a token. */
    private static NamespaceSettings namespace(LocalAzure azure, String secret) {
        EntraCredential identity = new EntraCredential(null, false, "contoso", "me", new TestSecret(secret), null, null, false, azure.address());
        return new NamespaceSettings("sb://127.0.0.1:1/", null, new NamespaceSettings.Credential(identity, null), null, null);
    }

    private static void asks(Relay relay) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> relay.connect("site-oslo", null, Map.of(), Instant.now().plusSeconds(20)))
                .matches(e -> e.reason() == RefusedException.Reason.NO_RELAY);
    }

    @Test
    void showTheTokensOfTheIdentitiesOfNamespacesInUse(@TempDir Path stateDir) throws Exception {
        Metrics metrics = new Metrics();
        try (Threads threads = new Threads(0);
                LocalAzure azure = new LocalAzure()) {
            Relays relays = new Relays(stateDir, threads, InstantSource.system(), metrics, null);
            Gauges.register(metrics, threads, Budget.ofProcess(), new KeyVaults(Map.of(), threads), relays, () -> 0);
            assertThat(metrics.exposition()).doesNotContain("relaygate_entra");
            Map<String, Relay> open =
                    relays.of(Map.of("weu", namespace(azure, LocalAzure.SECRET), "neu", namespace(azure, "wrong")), WayOut.straight());
            open.values().forEach(GaugesTest::asks);
            assertThat(metrics.exposition())
                    .contains("relaygate_entra_tokens_total{credential=\"namespaces.weu\",result=\"obtained\"} 1.0")
                    .contains("relaygate_entra_tokens_total{credential=\"namespaces.weu\",result=\"failed\"} 0.0")
                    .contains("relaygate_entra_tokens_total{credential=\"namespaces.neu\",result=\"failed\"} 1.0")
                    .containsPattern("relaygate_entra_token_left_seconds\\{credential=\"namespaces.weu\"} 3[0-9]{3}[.]")
                    .doesNotContain("relaygate_entra_token_left_seconds{credential=\"namespaces.neu\"");
            relays.closeAllBut(Set.of());
            assertThat(metrics.exposition()).as("not in use any more").doesNotContain("relaygate_entra");
        }
    }
}
