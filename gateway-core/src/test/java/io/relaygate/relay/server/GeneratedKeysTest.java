package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.server.RelaySettings.HybridConnection;
import io.relaygate.relay.server.RelaySettings.Profile;
import io.relaygate.relay.server.RelaySettings.Right;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedKeysTest {

    @TempDir
    Path folder;

    @Test
    void makesARootKeyOnceWhereThereIsNone() throws IOException {
        RelaySettings none = settings("127.0.0.1", null, Map.of(), Map.of());
        assertThat(GeneratedKeys.needed(none)).isTrue();
        String made = value(new GeneratedKeys(folder).namespaceKeys(none).get(GeneratedKeys.ROOT));
        assertThat(made).hasSize(44);
        GeneratedKeys again = new GeneratedKeys(folder);
        assertThat(value(again.namespaceKeys(none).get(GeneratedKeys.ROOT))).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(again.file()))).isEqualTo("rw-------");
        assertThat(String.valueOf(again.namespaceKeys(none))).doesNotContain(made);
    }

    @Test
    void makesTheKeysThatAreLeftOut() throws IOException {
        RelaySettings.Key empty = new RelaySettings.Key(List.of(Right.SEND), null, null);
        RelaySettings some =
                settings("127.0.0.1", null, Map.of(), Map.of("hc", new HybridConnection(Map.of("edge", empty), true, null)));
        assertThat(GeneratedKeys.needed(some)).isTrue();
        GeneratedKeys keys = new GeneratedKeys(folder);
        assertThat(keys.namespaceKeys(some)).isEmpty();
        assertThat(value(Objects.requireNonNull(keys.hybridConnections(some).get("hc")).keys().get("edge"))).hasSize(44);
    }

    @Test
    void touchesNoFileIfAllKeysAreGiven() throws IOException {
        RelaySettings given =
                settings("127.0.0.1", null, Map.of("k", RelayFixture.key("s", null, Right.MANAGE)), Map.of());
        assertThat(GeneratedKeys.needed(given)).isFalse();
        new GeneratedKeys(folder).namespaceKeys(given);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void saysWhatToDoWithAFileThatItCannotRead() throws IOException {
        Files.writeString(folder.resolve("relay-keys.json"), "{\"a\":");
        assertThatThrownBy(() -> new GeneratedKeys(folder)).hasMessageContaining("remove the file");
    }

    @Test
    void refusesToListenBeyondLoopbackWithWhatNobodyHasGiven() {
        RelaySettings.Tls tls = new RelaySettings.Tls(Path.of("a.pem"), Path.of("a.key"));
        Map<String, RelaySettings.Key> keys = Map.of("k", RelayFixture.key("s", null, Right.MANAGE));
        assertThatThrownBy(() -> relay(settings("0.0.0.0", null, keys, Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("relay.tls.certificate");
        assertThatThrownBy(() -> relay(settings("::", tls, Map.of(), Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("relay.keys");
        relay(settings("0.0.0.0", tls, keys, Map.of())).close();
        relay(settings("::1", null, Map.of(), Map.of())).close();
    }

    private EmbeddedRelay relay(RelaySettings settings) {
        return new EmbeddedRelay(settings, folder, new Threads(0), InstantSource.system(), new Metrics());
    }

    private static String value(RelaySettings.@Nullable Key key) throws IOException {
        return Objects.requireNonNull(Objects.requireNonNull(key).primary()).with(String::new);
    }

    private static RelaySettings settings(
            String host,
            RelaySettings.@org.jspecify.annotations.Nullable Tls tls,
            Map<String, RelaySettings.Key> keys,
            Map<String, HybridConnection> connections) {
        Duration second = Duration.ofSeconds(1);
        return new RelaySettings(
                new HostPort(host, 0), List.of(), tls, keys, connections, second, second, second, second, 1, 1, 1, Profile.AZURE, null);
    }
}
