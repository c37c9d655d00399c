package io.relaygate.plugins.ssh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.plugins.ssh.wire.Incoming.Data;
import io.relaygate.plugins.ssh.wire.Incoming.Ended;
import io.relaygate.plugins.ssh.wire.Incoming.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CreditQueueTest {

    private static final byte[] EIGHT = {1, 2, 3, 4, 5, 6, 7, 8};

    private final CreditQueue queue = new CreditQueue(16);

    private static void put(CreditQueue queue, int length) throws IOException {
        queue.put(false, EIGHT, 0, length);
    }

    private static byte[] taken(CreditQueue queue) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (queue.take() instanceof Data data) {
            all.write(data.bytes(), 0, data.length());
        }
        return all.toByteArray();
    }

    private int length() throws IOException {
        return queue.take() instanceof Data data ? data.length() : -1;
    }

    @Test
    void givesWhatWasPutAtEveryCut() throws IOException {
        for (int cut = 1; cut < EIGHT.length; cut++) {
            CreditQueue each = new CreditQueue(8);
            each.put(false, EIGHT, 0, cut);
            each.put(false, EIGHT, cut, EIGHT.length - cut);
            each.put(new Ended());
            assertThat(taken(each)).isEqualTo(EIGHT);
        }
    }

    @Test
    void keepsTheOrderOfTheStreamsAndOfWhatIsSaidBetweenThem() throws IOException {
        queue.put(false, EIGHT, 0, 2);
        queue.put(true, EIGHT, 2, 1);
        queue.put(new ExitStatus(7));
        queue.put(true, EIGHT, 3, 1);
        queue.put(new Ended());
        queue.close();

        assertThat(queue.take()).isInstanceOfSatisfying(Data.class, data -> assertThat(data.error()).isFalse());
        assertThat(queue.take()).isInstanceOfSatisfying(Data.class, data -> assertThat(data.error()).isTrue());
        assertThat(queue.take()).isEqualTo(new ExitStatus(7));
        assertThat(queue.take()).isInstanceOfSatisfying(Data.class, data -> assertThat(data.bytes()).containsExactly(4));
        assertThat(queue.take()).isEqualTo(new Ended());
        assertThat(queue.take()).isNull();
        assertThat(queue.take()).as("asked again").isNull();
    }

    @Test
    void singleBytesTakeLittleMoreMemoryThanTheyAre() throws IOException {
        CreditQueue large = new CreditQueue(1_000_000);
        byte[] random = new byte[200_000];
        new Random(1).nextBytes(random);
        for (int i = 0; i < random.length; i++) {
            large.put(false, random, i, 1);
        }
        large.close();

        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int pieces = 0;
        while (large.take() instanceof Data data) {
            assertThat(data.bytes().length).isLessThanOrEqualTo(32 * 1024);
            all.write(data.bytes(), 0, data.length());
            pieces++;
        }
        assertThat(all.toByteArray()).isEqualTo(random);
        assertThat(pieces).isEqualTo(7);
    }

    @Test
    void takesNoMoreThanTheWindow() throws IOException {
        put(queue, 8);
        put(queue, 8);

        assertThatThrownBy(() -> put(queue, 1)).hasMessageContaining("more than its window");
        assertThat(length()).as("what came within the window").isEqualTo(16);
        assertThatThrownBy(this::length).hasMessageContaining("more than its window");
    }

    @Test
    void bothStreamsShareTheWindow() throws IOException {
        put(queue, 8);
        queue.put(true, EIGHT, 0, 8);

        assertThatThrownBy(() -> queue.put(true, EIGHT, 0, 1)).hasMessageContaining("more than its window");
    }

    @Test
    void takesNoBytesAfterTheirEndAndNoFloodOfOtherThings() throws IOException {
        queue.put(new Ended());
        assertThatThrownBy(() -> put(queue, 1)).hasMessageContaining("after their end");

        CreditQueue other = new CreditQueue(16);
        for (int i = 0; i < 64; i++) {
            other.put(new ExitStatus(i));
        }
        assertThatThrownBy(() -> other.put(new ExitStatus(0))).hasMessageContaining("more about the channel");
    }

    @Test
    void returnsCreditOnceAQuarterOfTheWindowIsDoneWithAndCountsItOnce() throws IOException {
        put(queue, 3);
        length();
        assertThat(queue.credit()).isZero();
        put(queue, 2);
        length();
        assertThat(queue.credit()).isEqualTo(5);
        assertThat(queue.credit()).isZero();

        put(queue, 8);
        put(queue, 8);
        assertThatThrownBy(() -> put(queue, 1)).hasMessageContaining("more than its window");
    }

    @Test
    void bytesThatWereTakenAndNotReturnedAreNoRoom() throws IOException {
        put(queue, 8);
        length();
        put(queue, 8);

        assertThatThrownBy(() -> put(queue, 1)).as("in hand").hasMessageContaining("more than its window");
    }

    @Test
    void aLossIsNoEndAndComesAfterWhatWasThere() throws IOException {
        put(queue, 8);
        queue.fail(new IOException("lost"));

        assertThat(length()).isEqualTo(8);
        assertThatThrownBy(this::length).isInstanceOf(IOException.class).hasMessage("lost");
    }

    @Test
    void aCloseStaysOneWhenTheSessionIsLostLater() throws IOException {
        put(queue, 8);
        queue.close();
        queue.fail(new IOException("lost"));

        assertThat(length()).isEqualTo(8);
        assertThat(queue.take()).isNull();
    }

    @Test
    void canBeWaitedOnForBytesACloseAndAFailure() throws IOException {
        assertThat(queue.awaitReadable(Duration.ZERO)).isFalse();
        assertThat(queue.awaitReadable(Duration.ofMillis(20))).isFalse();
        put(queue, 8);
        assertThat(queue.awaitReadable(Duration.ZERO)).isTrue();
        length();
        assertThat(queue.awaitReadable(Duration.ZERO)).isFalse();
        Thread.ofVirtual().start(queue::close);
        assertThat(queue.awaitReadable(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();

        CreditQueue lost = new CreditQueue(16);
        lost.fail(new IOException("lost"));
        assertThat(lost.awaitReadable(Duration.ZERO)).isTrue();
    }

    @Test
    void keepsNothingForATakerWhoHasLeft() throws IOException {
        put(queue, 8);
        queue.leave(new IOException("closed"));

        assertThat(queue.available()).isZero();
        put(queue, 8);
        assertThat(queue.available()).isZero();
        assertThatThrownBy(this::length).hasMessage("closed");
    }

    @Test
    void takingAndWaitingFailAtTheDeadline() {
        queue.deadline(Instant.now().plusMillis(20));

        assertThatThrownBy(this::length).isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> queue.awaitReadable(Duration.ofSeconds(60))).isInstanceOf(SocketTimeoutException.class);
    }
}
