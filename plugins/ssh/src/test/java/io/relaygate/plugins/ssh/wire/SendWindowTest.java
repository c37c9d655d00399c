package io.relaygate.plugins.ssh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SendWindowTest {

    private final SendWindow window = new SendWindow();

    @Test
    void givesPartsNoLargerThanAMessageAndNoMoreThanTheWindow() throws IOException {
        window.open(10, 4);

        assertThat(window.take(3)).isEqualTo(3);
        assertThat(window.take(100)).isEqualTo(4);
        assertThat(window.take(100)).isEqualTo(3);
        window.deadline(Instant.now().plusMillis(20));
        assertThatThrownBy(() -> window.take(1)).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void whoWaitsGoesOnWhenItIsWidened() throws IOException {
        window.open(0, 100);
        Thread.ofVirtual().start(() -> window.widen(7));

        assertThat(window.take(100)).isEqualTo(7);
    }

    @Test
    void whoWaitsFailsWhenNothingCanBeSentAnyMore() {
        window.open(0, 100);
        Thread.ofVirtual().start(() -> {
            window.fail(new IOException("lost"));
            window.fail(new IOException("later"));
        });

        assertThatThrownBy(() -> window.take(1)).hasMessage("lost");
    }

    @Test
    void aPeerThatWidensItWithoutEndOrTakesNoBytesAtOnceChangesNothing() throws IOException {
        window.open(0xffff_ffffL, 0);
        window.widen(0xffff_ffffL);

        assertThat(window.take(100)).isEqualTo(1);
    }
}
