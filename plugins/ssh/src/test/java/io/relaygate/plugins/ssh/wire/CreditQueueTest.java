package io.relaygate.plugins.ssh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CreditQueueTest {

    private static final byte[] EIGHT = {1, 2, 3, 4, 5, 6, 7, 8};

    private final CreditQueue queue = new CreditQueue(16);
    private final byte[] into = new byte[16];

    @Test
    void givesWhatWasPutAtEveryCut() throws IOException {
        for (int cut = 1; cut < EIGHT.length; cut++) {
            CreditQueue each = new CreditQueue(8);
            each.put(EIGHT, 0, cut);
            each.put(EIGHT, cut, EIGHT.length - cut);
            each.end();
            byte[] got = new byte[8];
            int length = 0;
            for (int n = each.read(got, 0, 3); n > 0; n = each.read(got, length, Math.min(3, 8 - length))) {
                length += n;
            }
            assertThat(got).isEqualTo(EIGHT);
            assertThat(each.read(got, 0, 1)).isEqualTo(-1);
        }
    }

    @Test
    void takesNoMoreThanTheWindow() throws IOException {
        queue.put(EIGHT, 0, 8);
        queue.put(EIGHT, 0, 8);

        assertThatThrownBy(() -> queue.put(EIGHT, 0, 1)).hasMessageContaining("more than its window");
        assertThat(queue.read(into, 0, 16)).as("what came within the window").isEqualTo(16);
        assertThatThrownBy(() -> queue.read(into, 0, 1)).hasMessageContaining("more than its window");
    }

    @Test
    void returnsCreditOnceAQuarterOfTheWindowIsReadAndCountsItOnce() throws IOException {
        queue.put(EIGHT, 0, 8);
        queue.read(into, 0, 3);
        assertThat(queue.credit()).isZero();
        queue.read(into, 0, 2);
        assertThat(queue.credit()).isEqualTo(5);
        assertThat(queue.credit()).isZero();

        queue.put(EIGHT, 0, 8);
        queue.put(EIGHT, 0, 5);
        assertThatThrownBy(() -> queue.put(EIGHT, 0, 1)).hasMessageContaining("more than its window");
    }

    @Test
    void bytesThatWereReadButNotReturnedAreNoRoom() throws IOException {
        queue.put(EIGHT, 0, 8);
        queue.put(EIGHT, 0, 8);
        queue.read(into, 0, 8);

        assertThatThrownBy(() -> queue.put(EIGHT, 0, 1)).hasMessageContaining("more than its window");
    }

    @Test
    void aLossIsNoEndAndComesAfterWhatWasThere() throws IOException {
        queue.put(EIGHT, 0, 8);
        queue.fail(new IOException("lost"));

        assertThat(queue.read(into, 0, 16)).isEqualTo(8);
        assertThatThrownBy(() -> queue.read(into, 0, 1)).isInstanceOf(IOException.class).hasMessage("lost");
    }

    @Test
    void anEndStaysOneWhenTheSessionIsLostLater() throws IOException {
        queue.put(EIGHT, 0, 8);
        queue.end();
        queue.fail(new IOException("lost"));

        assertThat(queue.read(into, 0, 16)).isEqualTo(8);
        assertThat(queue.read(into, 0, 16)).isEqualTo(-1);
    }

    @Test
    void canBeWaitedOnForBytesAnEndAndAFailure() throws IOException {
        assertThat(queue.awaitReadable(Duration.ZERO)).isFalse();
        assertThat(queue.awaitReadable(Duration.ofMillis(20))).isFalse();
        queue.put(EIGHT, 0, 8);
        assertThat(queue.awaitReadable(Duration.ZERO)).isTrue();
        queue.read(into, 0, 8);
        assertThat(queue.awaitReadable(Duration.ZERO)).isFalse();
        Thread.ofVirtual().start(queue::end);
        assertThat(queue.awaitReadable(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();

        CreditQueue lost = new CreditQueue(16);
        lost.fail(new IOException("lost"));
        assertThat(lost.awaitReadable(Duration.ZERO)).isTrue();
    }

    @Test
    void keepsNothingForAReaderWhoHasLeft() throws IOException {
        queue.put(EIGHT, 0, 8);
        queue.leave(new IOException("closed"));

        assertThat(queue.available()).isZero();
        queue.put(EIGHT, 0, 8);
        assertThat(queue.available()).isZero();
        assertThatThrownBy(() -> queue.read(into, 0, 1)).hasMessage("closed");
    }

    @Test
    void readingFailsAtTheDeadline() {
        queue.deadline(Instant.now().plusMillis(20));

        assertThatThrownBy(() -> queue.read(into, 0, 1)).isInstanceOf(SocketTimeoutException.class);
    }
}
