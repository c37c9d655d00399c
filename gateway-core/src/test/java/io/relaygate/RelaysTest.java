package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.Relay;
import java.time.InstantSource;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which namespaces a reload leaves alone. */
class RelaysTest {

    @Test
    void aNamespaceStaysForAsLongAsItAndTheWayToItStay() {
        Map<String, NamespaceSettings> namespaces = Map.of("weu", new NamespaceSettings("sb://relay.test/", null, null, null, null));
        Map<String, String> proxy = Map.of("HTTPS_PROXY", "http://proxy:8080");
        try (Threads threads = new Threads(0)) {
            Relays relays = new Relays(Path.of(""), threads, InstantSource.system(), new Metrics(), null);
            Relay straight = relays.of(namespaces, WayOut.straight()).get("weu");
            assertThat(relays.of(namespaces, WayOut.straight())).containsEntry("weu", straight);
            Relay proxied = relays.of(namespaces, WayOut.of(null, proxy)).get("weu");
            assertThat(proxied).isNotNull().isNotEqualTo(straight);
            assertThat(relays.of(namespaces, WayOut.of(null, proxy))).containsEntry("weu", proxied);
            relays.closeAllBut(Set.of());
        }
    }
}
