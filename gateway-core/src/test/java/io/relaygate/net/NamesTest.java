package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NamesTest {

    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress TWO = InetAddress.ofLiteral("2001:db8::2");

    private static Instant in(Duration time) {
        return Instant.now().plus(time);
    }

    private static InetAddress reach(Names names, String host, Instant deadline) throws IOException {
        return names.tryEach(host, deadline, (address, _) -> address);
    }

    @Test
    void givesUpWaitingForDnsAtTheDeadlineAndAsksOnceForAllWhoWait() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Names names = new Names(_ -> {
            asked.incrementAndGet();
            try {
                answered.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new InetAddress[] {ONE};
        }, 1);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> reach(names, "db.example.com", in(Duration.ofMillis(20))));
        assertThatExceptionOfType(UnknownHostException.class)
                .as("one more name than are looked up at once")
                .isThrownBy(() -> reach(names, "other.example.com", in(Duration.ofSeconds(30))));
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> names.tryEach("db.example.com", in(Duration.ofMillis(20)), (a, _) -> a))
                    .withMessage("DNS did not answer in time for db.example.com");
        }
        assertThat(asked).hasValue(1);
        answered.countDown();
        assertThat(reach(names, "db.example.com", in(Duration.ofSeconds(30)))).isEqualTo(ONE);
    }

    @Test
    void asksAnewAfterEveryAnswer() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Names names = new Names(_ -> new InetAddress[] {asked.incrementAndGet() == 1 ? ONE : TWO}, 1);
        assertThat(reach(names, "db", in(Duration.ofSeconds(30)))).isEqualTo(ONE);
        InetAddress again = ONE;
        while (again.equals(ONE)) { // whoever asks before the first look-up has left gets its answer
            again = names.tryEach("db", in(Duration.ofSeconds(30)), (a, _) -> a);
        }
        assertThat(again).isEqualTo(TWO);
    }

    @Test
    void triesTheNextAddressAndLeavesEachItsShareOfTheTime() throws Exception {
        Names names = new Names(_ -> new InetAddress[] {ONE, TWO}, 1);
        Instant deadline = in(Duration.ofSeconds(30));
        List<Instant> shares = new ArrayList<>();
        InetAddress reached = names.tryEach("db", deadline, (address, share) -> {
            shares.add(share);
            if (address.equals(ONE)) {
                throw new ConnectException("refused");
            }
            return address;
        });
        assertThat(reached).isEqualTo(TWO);
        assertThat(shares.get(0)).isBefore(deadline.minusSeconds(10));
        assertThat(shares.get(1)).isEqualTo(deadline);
    }

    @Test
    void throwsWhatTheLastAddressAnsweredAndKeepsTheOthers() {
        Names names = new Names(_ -> new InetAddress[] {ONE, TWO}, 1);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> names.tryEach("db", in(Duration.ofSeconds(30)), (address, _) -> {
                    throw new IOException(address.getHostAddress());
                }))
                .withMessage("2001:db8:0:0:0:0:0:2")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @Test
    void saysThatANameHasNoAddressAndLooksNoLiteralUp() throws Exception {
        Names names = new Names(host -> {
            throw new UnknownHostException(host);
        }, 1);
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> names.tryEach("nowhere", in(Duration.ofSeconds(30)), (a, _) -> a))
                .withMessage("the name nowhere has no address");
        assertThat(reach(names, "192.0.2.1", in(Duration.ofSeconds(30)))).isEqualTo(ONE);
        assertThat(reach(names, "2001:db8::2", in(Duration.ofSeconds(30)))).isEqualTo(TWO);
    }
}
