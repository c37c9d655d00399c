package io.relaygate.relay.server;

import java.time.Duration;

/** The same as {@link EmbeddedRelayTest} over a relay that behaves as badly as Azure might. */
class PessimisticPathTest extends EmbeddedRelayTest {

    @Override
    RelaySettings settings() {
        return RelayFixture.pessimistic(Duration.ofSeconds(20), null);
    }
}
