package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A plugin's connection as a link can be waited on as far as the plugin lets it. */
@Timeout(30)
class ForeignLinkTest {

    @Test
    void aGlanceDoesNotWaitEvenWhereThePluginCannotBeWaitedOn() throws Exception {
        try (LinkPair pair = LinkPair.open(LinkPair.Kind.TCP);
                Link link = ForeignLink.of(new PassedOn(pair.client()))) {
            assertThat(link.awaitReadable(Duration.ZERO)).isFalse();
            assertThat(link.read(new byte[1], 0, 1, Duration.ZERO)).isZero();

            pair.server().out().write(7);
            assertThat(link.awaitReadable(Duration.ofSeconds(20))).isTrue();
            assertThat(link.awaitReadable(Duration.ZERO)).isTrue();
            assertThat(link.in().read()).isEqualTo(7);
        }
    }
}
