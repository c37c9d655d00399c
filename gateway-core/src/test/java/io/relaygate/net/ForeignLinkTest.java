package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A plugin's connection as a link can be waited on as far as the plugin lets it. */
@Timeout(30)
class ForeignLinkTest {

    /** Over a link, as a plugin would have it. */
    private record Plain(Link under) implements Connection {

        @Override
        public InputStream in() {
            return under.in();
        }

        @Override
        public OutputStream out() {
            return under.out();
        }

        @Override
        public ByteBuffer peek(int n) throws IOException {
            return under.peek(n);
        }

        @Override
        public boolean canFinish() {
            return under.canFinish();
        }

        @Override
        public void finish() throws IOException {
            under.finish();
        }

        @Override
        public void deadline(@Nullable Instant instant) {
            under.deadline(instant);
        }

        @Override
        public void abort() {
            under.abort();
        }

        @Override
        public void close() {
            under.close();
        }
    }

    @Test
    void aGlanceDoesNotWaitEvenWhereThePluginCannotBeWaitedOn() throws Exception {
        try (LinkPair pair = LinkPair.open(LinkPair.Kind.TCP);
                Link link = ForeignLink.of(new Plain(pair.client()))) {
            assertThat(link.awaitReadable(Duration.ZERO)).isFalse();
            assertThat(link.read(new byte[1], 0, 1, Duration.ZERO)).isZero();

            pair.server().out().write(7);
            assertThat(link.awaitReadable(Duration.ofSeconds(20))).isTrue();
            assertThat(link.awaitReadable(Duration.ZERO)).isTrue();
            assertThat(link.in().read()).isEqualTo(7);
        }
    }
}
