package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session's connection at the edge goes elsewhere when a site is busy, with its first bytes, and not when it is closed. */
@Timeout(30)
class SessionLinkTest {

    private static final Open WHAT = new Open("0".repeat(32), "sql", "in", "192.0.2.1:5");

    private final Budget budget = new Budget(1 << 30);
    private final PlayedEnd edge = PlayedEnd.edge(budget);

    @AfterEach
    void leavesNothing() {
        edge.done();
        assertThat(budget.promised()).isZero();
    }

    private SessionLink link(SessionLink.Elsewhere elsewhere) throws IOException {
        return new SessionLink(edge.mux().open(WHAT), (lane, here) -> {}, elsewhere);
    }

    private void refuse(long session, Reason reason) {
        edge.hears(Frame.REFUSED, session, new Body().text(reason.name()).text("why").alone());
    }

    @Test
    void firstBytesAreSaidAgainToAnotherSite() throws Exception {
        SessionLink link = link(_ -> edge.mux().open(WHAT));
        link.out().write("hello".getBytes(StandardCharsets.US_ASCII));
        link.finish();
        refuse(1, Reason.BUSY);
        edge.says();
        assertThat(link.read(new byte[1], 0, 1, Duration.ofMillis(1))).isZero();
        assertThat(edge.says()).containsExactly("OPEN 2", "DATA 2 5", "FINISH 2");
        link.close();
    }

    @Test
    void firstBytesAreSaidToAThirdSiteIfTheSecondRefusesAtOnce() throws Exception {
        SessionLink link = link(_ -> {
            MuxSession next = edge.mux().open(WHAT);
            if (next.id() == 2) {
                refuse(2, Reason.BUSY);
            }
            return next;
        });
        link.out().write("hello".getBytes(StandardCharsets.US_ASCII));
        link.finish();
        refuse(1, Reason.BUSY);
        edge.says();
        assertThat(link.read(new byte[1], 0, 1, Duration.ofMillis(1))).isZero();
        assertThat(edge.says()).containsExactly("OPEN 2", "OPEN 3", "DATA 3 5", "FINISH 3");
        link.close();
    }

    @Test
    void otherRefusalsAreFinal() throws Exception {
        SessionLink link = link(_ -> {
            throw new AssertionError("nothing is opened");
        });
        refuse(1, Reason.NOT_FOUND);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> link.read(new byte[1], 0, 1, Duration.ofSeconds(5)));
        link.close();
    }

    @Test
    void connectionThatIsClosedMeanwhileIsNotOpenedElsewhere() throws Exception {
        SessionLink[] link = new SessionLink[1];
        link[0] = link(_ -> {
            link[0].abort();
            return edge.mux().open(WHAT);
        });
        refuse(1, Reason.BUSY);
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> link[0].read(new byte[1], 0, 1, Duration.ofSeconds(5)));
        assertThat(edge.says()).containsExactly("OPEN 1", "OPEN 2", "RESET 2");
        assertThat(edge.mux().count()).isZero();
    }
}
