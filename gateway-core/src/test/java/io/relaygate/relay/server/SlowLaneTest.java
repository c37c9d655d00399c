package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SlowLaneTest {

    private final List<String> told = new ArrayList<>();
    private final AtomicBoolean bears = new AtomicBoolean(true);
    private final SlowLane lane = new SlowLane(2, 3, bears::get);

    /** A connection that says what it is told. */
    private record Named(String name, List<String> told) implements SlowLane.Held {

        @Override
        public void begin() {
            told.add(name + " begins");
        }

        @Override
        public void drop() {
            told.add(name + " is dropped");
        }
    }

    private void enter(String... names) {
        for (String name : names) {
            lane.enter(new Named(name, told));
        }
    }

    @Test
    void letsFewInAtATimeAndTheLatestFirst() {
        enter("a", "b", "c", "d");
        assertThat(told).containsExactly("a begins", "b begins");
        lane.leave();
        lane.leave();
        lane.leave();
        assertThat(told).containsExactly("a begins", "b begins", "d begins", "c begins");
        enter("e", "f");
        assertThat(told).as("one of two is over").endsWith("c begins", "e begins");
        lane.leave();
        assertThat(told).endsWith("e begins", "f begins");
    }

    @Test
    void keepsThoseThatAreHeldWhileNoMoreFailuresCanBeBorneAndLetsOthersIn() {
        enter("a", "b", "c", "d");
        bears.set(false);
        lane.leave();
        assertThat(told).containsExactly("a begins", "b begins");
        enter("e");
        assertThat(told).endsWith("e begins");
        lane.leave();
        lane.leave();
        bears.set(true);
        lane.proceed();
        assertThat(told).endsWith("e begins", "d begins", "c begins");
    }

    @Test
    void dropsTheOldestWhereTooManyAreHeldAndAllWhenItCloses() {
        enter("a", "b", "c", "d", "e", "f");
        assertThat(told).containsExactly("a begins", "b begins", "c is dropped");
        lane.close();
        assertThat(told).endsWith("f is dropped", "e is dropped", "d is dropped");
        lane.leave();
        enter("g");
        assertThat(told).endsWith("d is dropped", "g is dropped");
    }
}
