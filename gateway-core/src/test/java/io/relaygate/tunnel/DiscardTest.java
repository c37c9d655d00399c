package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer says to a reader that is gone is dropped until it has used up what it may say, and then it learns of it, however much was read. */
class DiscardTest {

    private final Budget budget = new Budget(1 << 30);
    private final PlayedEnd site = PlayedEnd.site(budget);

    @AfterEach
    void end() {
        site.done();
        assertThat(budget.promised()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Mux.FIRST_WINDOW / 2, Mux.FIRST_WINDOW - 1, Mux.FIRST_WINDOW})
    void peerNeverWaitsForCreditThatDoesNotCome(int sent) throws Exception {
        long id = 1;
        for (int read : new int[] {0, 1, sent / 3, sent / 2 + 1, sent}) {
            if (read <= sent) {
                told(id++, sent, read);
            }
        }
    }

    private void told(long id, int sent, int read) throws Exception {
        site.hearsOpen(id);
        MuxSession session = site.opened().getLast();
        session.accept();
        if (sent > 0) {
            site.hears(Frame.DATA, id, new byte[sent]);
        }
        if (read > 0) {
            assertThat(session.poll(new byte[read], 0, read)).isEqualTo(read);
        }
        long before = limit(Mux.FIRST_WINDOW);
        session.discard();
        long limit = limit(before);
        assertThat(limit - sent).isGreaterThanOrEqualTo(Mux.FIRST_WINDOW * 3L / 4);
        for (int left = Math.toIntExact(limit - sent - 1); left > 0; left -= Math.min(left, Mux.FIRST_WINDOW)) {
            site.hears(Frame.DATA, id, new byte[Math.min(left, Mux.FIRST_WINDOW)]);
        }
        assertThat(site.says()).isEmpty();
        assertThat(session.phase()).isEqualTo(Phase.ACCEPTED);
        site.hears(Frame.DATA, id, new byte[1]);
        assertThat(site.says()).containsExactly("RESET " + id);
        assertThat(session.phase()).isEqualTo(Phase.OVER);
    }

    private long limit(long before) {
        return site.says().stream()
                .filter(said -> said.startsWith("CREDIT"))
                .mapToLong(said -> Long.parseLong(said.substring(said.lastIndexOf(' ') + 1)))
                .max()
                .orElse(before);
    }
}
