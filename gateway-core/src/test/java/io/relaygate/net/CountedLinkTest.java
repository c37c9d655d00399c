package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CountedLinkTest {

    @Test
    void countsWhatIsReadAndWrittenByEveryWayAndNotWhatIsLookedAt() throws IOException {
        PipeLink.Pair pair = PipeLink.pair();
        CountedLink counted = new CountedLink(pair.a());
        counted.out().write('a');
        counted.out().write(new byte[10], 3, 5);
        counted.write(new byte[2], new byte[9], 1, 8);
        assertThat(counted.written()).isEqualTo(16);
        assertThat(pair.b().in().readNBytes(16)).hasSize(16);

        pair.b().out().write(new byte[20]);
        assertThat(counted.peek(20).remaining()).isEqualTo(20);
        assertThat(counted.awaitReadable(Duration.ZERO)).isTrue();
        assertThat(counted.read()).isZero();
        assertThat(counted.in().read()).isZero();
        assertThat(counted.in().readNBytes(12)).hasSize(12);
        assertThat(counted.read(new byte[100], 0, 100, Link.FOREVER)).isEqualTo(7);
        pair.b().finish();
        assertThat(counted.in().read()).isEqualTo(-1);
        assertThat(counted.read()).isEqualTo(20);
        assertThat(counted.written()).isEqualTo(16);
    }
}
