package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer whose reader is gone learns of it with the next byte that it wants to send, however much was read. */
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
        long limit = site.says().stream()
                .filter(said -> said.startsWith("CREDIT"))
                .mapToLong(said -> Long.parseLong(said.substring(said.lastIndexOf(' ') + 1)))
                .max()
                .orElse(Mux.FIRST_WINDOW);
        session.discard();
        if (sent < limit) {
            assertThat(site.says()).isEmpty();
            site.hears(Frame.DATA, id, new byte[1]);
        }
        assertThat(site.says()).containsExactly("RESET " + id);
        assertThat(session.phase()).isEqualTo(Phase.OVER);
    }
}
