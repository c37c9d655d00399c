package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An end that was started anew ends the lanes of its earlier run, if its words are surely younger than those; nobody else does. */
class BootRuleTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long SECOND = 1_000_000_000;

    private final SimulatedSite site = new SimulatedSite(RANDOM, 1 << 20, new long[1], (session, what) -> {});
    private final EdgeLane before = edge("edge-1");
    private final EdgeLane after = edge("edge-1");
    private long now = SECOND;

    private static EdgeLane edge(String instance) {
        EdgeLane lane = new EdgeLane(Identity.started(instance, RANDOM), RANDOM, Mux.FIRST_WINDOW, 1 << 20, 0);
        lane.lock.lock();
        return lane;
    }

    @AfterEach
    void end() {
        site.die();
    }

    /** A carrier whose HELLO is under way. */
    private SimulatedCarrier dial(EdgeLane lane, @Nullable Bits boot) {
        now += SECOND;
        return new SimulatedCarrier(lane, site, boot, Timing.USUAL, now);
    }

    private void exchange(SimulatedCarrier carrier) {
        for (int i = 0; i < 3; i++) {
            now++;
            carrier.edge().deliverAll(now);
            carrier.edge().write(now);
            carrier.site().deliverAll(now);
            carrier.site().write(now);
        }
    }

    private SiteLane at(EdgeLane lane) {
        return site.everMade().stream()
                .filter(each -> each.id() == lane.id())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void edgeThatWasStartedAnewEndsTheLanesOfItsEarlierRun() {
        exchange(dial(before, null));
        SiteLane old = at(before);
        exchange(dial(after, null));
        assertThat(old.state())
                .isEqualTo(new Lane.State.Ended(LaneEnd.PEER_LOST, "edge gateway edge-1 has been started anew"));
        assertThat(at(after).live()).isTrue();
    }

    @Test
    void laneLivesWhoseLastByteIsYoungerThanTheHelloThatTheOtherAnswers() {
        SimulatedCarrier late = dial(after, null);
        SimulatedCarrier first = dial(before, null);
        exchange(first);
        exchange(late);
        assertThat(at(before).live()).isTrue();
        assertThat(at(after).live()).isTrue();
    }

    @Test
    void anyByteOfALaneCounts() {
        SimulatedCarrier first = dial(before, null);
        exchange(first);
        SimulatedCarrier second = dial(after, null);
        now++;
        first.edge().carrier().say(new CarrierRecord.Ping(now));
        exchange(first);
        exchange(second);
        assertThat(at(before).live()).isTrue();
    }

    @Test
    void otherInstanceIsNobodysDeath() {
        exchange(dial(before, null));
        EdgeLane other = edge("edge-2");
        exchange(dial(other, null));
        assertThat(at(before).live()).isTrue();
    }

    @Test
    void otherLaneOfTheSameRunIsNobodysDeath() {
        Identity edge = Identity.started("edge-1", RANDOM);
        List<EdgeLane> lanes = List.of(
                new EdgeLane(edge, RANDOM, Mux.FIRST_WINDOW, 1 << 20, 0), new EdgeLane(edge, RANDOM, Mux.FIRST_WINDOW, 1 << 20, 0));
        lanes.forEach(lane -> {
            lane.lock.lock();
            exchange(dial(lane, null));
        });
        assertThat(site.everMade()).hasSize(2).allMatch(Lane::live);
    }

    private void answered(String instance, Bits boot, @Nullable Bits asked) {
        exchange(dial(before, null));
        before.otherProcess(new Identity(instance, boot), asked);
    }

    private static Bits other() {
        return Bits.random(Identity.BOOT, RANDOM);
    }

    @Test
    void siteThatAnswersWithAnotherBootWhenItsOldOneIsAskedForIsDead() {
        answered("site-1", other(), site.identity().boot());
        assertThat(before.state())
                .isEqualTo(new Lane.State.Ended(LaneEnd.PEER_LOST, "site gateway site-1 has been started anew"));
    }

    @Test
    void nothingFollowsFromAnAnswerToNoQuestionOrAnother() {
        answered("site-1", other(), null);
        answered("site-1", other(), other());
        assertThat(before.live()).isTrue();
    }

    @Test
    void nothingFollowsFromAnotherInstance() {
        answered("site-2", other(), site.identity().boot());
        assertThat(before.live()).isTrue();
    }

    @Test
    void nothingFollowsFromTheLanesOwnBoot() {
        answered("site-1", site.identity().boot(), site.identity().boot());
        assertThat(before.live()).isTrue();
    }
}
