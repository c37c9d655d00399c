package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.Buffers;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer that opens and resets without end makes nobody work without end; one that is only busy is served. */
class OpeningsTest {

    private static final long SECOND = 1_000_000_000;
    private static final byte[] WHY = new Body().text("no more").alone();

    private final int before = Buffers.outstanding();
    private final Budget budget = new Budget(1 << 30);
    private final PlayedEnd site = PlayedEnd.site(budget);

    @AfterEach
    void leavesNothing() {
        site.done();
        assertThat(Buffers.outstanding()).isEqualTo(before);
        assertThat(budget.promised()).isZero();
    }

    /** The edge holds whatever the site has said. */
    private void acknowledges() {
        site.says();
        site.record(new CarrierRecord.Ack(site.lane().appended()).encode());
    }

    private void broken(String reason) {
        assertThat(site.lane().state()).isEqualTo(new Lane.State.Ended(LaneEnd.BROKEN, reason));
    }

    @Test
    void sessionThatTheEdgeTakesBackIsBeingOpenedUntilTheSiteIsThrough() throws IOException {
        for (int id = 1; id <= 1024; id++) {
            site.hearsOpen(id);
            site.hears(Frame.RESET, id, WHY);
        }
        assertThat(site.says()).isEmpty();
        assertThat(site.mux().count()).isZero();
        site.hearsOpen(1025);
        assertThat(site.says()).containsExactly("REFUSED 1025 BUSY");
        site.opened().getFirst().settle();
        site.opened().getFirst().settle();
        site.hearsOpen(1026);
        assertThat(site.says()).isEmpty();
        site.hearsOpen(1027);
        assertThat(site.says()).containsExactly("REFUSED 1027 BUSY");
    }

    @Test
    void refusalOfWhatWasTakenBackMakesRoomToo() {
        for (int id = 1; id <= 1024; id++) {
            site.hearsOpen(id);
            site.hears(Frame.RESET, id, WHY);
            site.opened().getLast().refuse("NOT_FOUND", "no such service");
        }
        site.hearsOpen(1025);
        assertThat(site.says()).isEmpty();
        assertThat(site.opened()).hasSize(1025);
    }

    @Test
    void millionOpensEndTheLane() {
        int id = 0;
        while (!site.lane().over() && id < 1_000_000) {
            site.hearsOpen(++id);
            if (id % 1000 == 0) {
                acknowledges();
            }
        }
        broken("the peer opens and resets too many sessions");
        assertThat(id).isEqualTo(1024 + 200_000 + 1);
        assertThat(site.opened()).hasSize(1024);
    }

    @Test
    void millionResetsEndTheLane() {
        int n = 0;
        site.hearsOpen(1);
        while (!site.lane().over() && n < 1_000_000) {
            site.hears(Frame.RESET, 1, WHY);
            n++;
        }
        broken("the peer opens and resets too many sessions");
        assertThat(n).isEqualTo(200_001);
    }

    @Test
    void laneLivesOnWhichFiveThousandSessionsInASecondAreAllTakenBack() {
        int id = 0;
        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < 5000; i++) {
                site.hearsOpen(++id);
                site.hears(Frame.RESET, id, WHY);
                site.opened().getLast().settle();
            }
            site.opened().clear();
            site.passes(SECOND);
            acknowledges();
        }
        assertThat(site.lane().live()).isTrue();
    }

    @Test
    void peerThatNeverAcknowledgesFillsNoMemoryWithRefusals() {
        site.mux().leave();
        int id = 0;
        while (!site.lane().over() && id < 1_000_000) {
            for (int i = 0; i < 20_000; i++) {
                site.hearsOpen(++id);
            }
            site.passes(SECOND / 2);
            site.record(new CarrierRecord.Ping(1).encode());
            site.passes(SECOND / 2);
            assertThat(site.lane().retained()).isLessThanOrEqualTo(PlayedEnd.RETENTION + (16 << 20) + 100);
        }
        broken("the peer acknowledges nothing");
        assertThat(Buffers.outstanding()).isEqualTo(before);
    }

    @Test
    void edgeOpensNoMoreThanTheSiteTakes() throws IOException {
        PlayedEnd edge = PlayedEnd.edge(budget);
        Open what = new Open("0".repeat(32), "sql", "in", "");
        MuxSession first = edge.mux().open(what);
        for (int i = 1; i < 1024; i++) {
            assertThat(edge.mux().opens()).isTrue();
            edge.mux().open(what);
        }
        assertThat(edge.mux().opens()).isFalse();
        edge.hears(Frame.ACCEPTED, first.id());
        assertThat(edge.mux().opens()).isTrue();
        edge.mux().open(what);
        assertThat(edge.mux().opens()).isFalse();
        first.abort("no more");
        assertThat(edge.mux().opens()).as("it was accepted before").isFalse();
        edge.done();
    }
}
