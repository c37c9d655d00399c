package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lanes and sessions over simulated networks, one schedule for each seed. The system properties {@code
 * relaygate.schedules} and {@code relaygate.firstSchedule} say how many and from which seed on; a failure names its seed.
 */
class LaneSimulationTest {

    private static final int SCHEDULES = Integer.getInteger("relaygate.schedules", 2_000);
    private static final long FIRST = Long.getLong("relaygate.firstSchedule", 0);

    /** Enough schedules for every rule to be missed. */
    private static final int ENOUGH = 20_000;

    @TempDir
    private Path scratch;

    @Test
    void everyByteArrivesOnceInOrderOrBothEndsEnd() throws IOException, ReflectiveOperationException {
        LongConsumer simulation = new ChangedClasses(scratch, List.of()).load(LaneSimulation.class);
        for (long seed = FIRST; seed < FIRST + SCHEDULES; seed++) {
            simulation.accept(seed);
        }
    }

    @Test
    void noStrangerGoesOnWithALane() {
        new ReplayedAttach().accept(0);
    }

    @Test
    void noLaneLivesAgainThatIsOver() {
        new RevivedLane().accept(0);
    }

    @ParameterizedTest
    @EnumSource
    void noRuleCanBeLeftOut(LaneRule rule) throws IOException, ReflectiveOperationException {
        LongConsumer scenario = new ChangedClasses(scratch, rule.changes()).load(rule.scenario());
        assertThat(fails(scenario)).isTrue();
    }

    private static boolean fails(LongConsumer scenario) {
        for (long seed = 0; seed < ENOUGH; seed++) {
            try {
                scenario.accept(seed);
            } catch (AssertionError e) {
                return true;
            }
        }
        return false;
    }
}
