package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** What a path holds is found out by using it: over a played path of a given rate and length. */
class CapacityTest {

    private static final long STEP = 100_000;
    private static final int FRAME = 16 * 1024;

    private final Capacity capacity = new Capacity();
    private long now;
    private long appended;
    private long held;
    private double free;

    private final Acks acks = new Acks(Timing.USUAL, 0);
    private long received;

    /** Bytes up to a position, or an acknowledgement of them, that come at some time. */
    private record Sent(long end, long comesAt) {}

    private final Deque<Sent> there = new ArrayDeque<>();
    private final Deque<Sent> back = new ArrayDeque<>();

    /** Somebody appends as much as may be, for so long, to a path of so many bytes per second; returns how many went through. */
    private long fill(double perSecond, long trip, long nanos) {
        return use(perSecond, trip, nanos, Long.MAX_VALUE);
    }

    private long use(double perSecond, long trip, long nanos, long most) {
        long before = held;
        long began = now;
        while (now - began < nanos) {
            now += STEP;
            while (!there.isEmpty() && there.peekFirst().comesAt() <= now) {
                received = there.removeFirst().end();
                acks.held(received, now);
            }
            if (acks.due(received, now, false)) {
                acks.told(received, now);
                back.add(new Sent(received, now + trip / 2));
            }
            while (!back.isEmpty() && back.peekFirst().comesAt() <= now) {
                held = back.removeFirst().end();
                capacity.acknowledged(held, now);
            }
            while (appended - held + FRAME <= Math.min(most, capacity.bytes())) {
                appended += FRAME;
                free = Math.max(free, (double) now) + FRAME / perSecond * 1e9;
                there.add(new Sent(appended, (long) free + trip / 2));
                capacity.appended(appended, now);
            }
            if (appended - held + FRAME <= most) {
                capacity.refused();
            }
        }
        return held - before;
    }

    private static double millis(double nanos) {
        return nanos / 1e6;
    }

    /** How long what is under way takes longer than the path alone. */
    private double queueMillis(double perSecond, long trip) {
        return millis(capacity.bytes() / perSecond * 1e9 - trip);
    }

    @Test
    void slowAndFarPathIsFullAndItsQueueShort() {
        double rate = 2.5e6;
        long trip = 50_000_000;
        fill(rate, trip, 3_000_000_000L);
        long through = fill(rate, trip, 20_000_000_000L);
        assertThat(through / (rate * 20)).isGreaterThan(0.97);
        assertThat(queueMillis(rate, trip)).isBetween(4.0, 22.0);
    }

    @Test
    void queueNeverGrowsWithTheTimeThatItIsTakenForThePath() {
        double rate = 2.5e6;
        long trip = 50_000_000;
        double worst = 0;
        fill(rate, trip, 3_000_000_000L);
        for (int second = 0; second < 120; second++) {
            fill(rate, trip, 1_000_000_000);
            worst = Math.max(worst, queueMillis(rate, trip));
        }
        assertThat(worst).isLessThan(25);
    }

    @Test
    void fastAndFarPathIsFullAfterAFewRoundTrips() {
        double rate = 125e6;
        long trip = 100_000_000;
        fill(rate, trip, 1_500_000_000);
        assertThat(fill(rate, trip, 1_000_000_000) / rate).isGreaterThan(0.95);
    }

    @Test
    void nearPathHoldsWhatItDeliversInAFewMilliseconds() {
        fill(400e6, 200_000, 2_000_000_000);
        assertThat(capacity.bytes()).isBetween(800_000L, 2_500_000L);
    }

    @Test
    void pathThatBecomesSlowerIsNoticedWithinTwoSeconds() {
        fill(50e6, 20_000_000, 3_000_000_000L);
        fill(5e6, 20_000_000, 2_000_000_000);
        assertThat(queueMillis(5e6, 20_000_000)).isLessThan(25);
    }

    @Test
    void pathThatBecomesFasterIsFilledWithinASecond() {
        fill(5e6, 20_000_000, 3_000_000_000L);
        fill(50e6, 20_000_000, 1_000_000_000);
        assertThat(fill(50e6, 20_000_000, 1_000_000_000) / 50e6).isGreaterThan(0.95);
    }

    @Test
    void whoHasLittleToSayDoesNotMakeThePathLookSlow() {
        fill(50e6, 20_000_000, 3_000_000_000L);
        long known = capacity.bytes();
        use(50e6, 20_000_000, 3_000_000_000L, FRAME);
        assertThat(capacity.bytes()).isGreaterThan(known / 2);
    }

    /** A relay that stands still looks like a slow path; nobody may take it for one any longer than that. */
    @Test
    void pathThatHadStoodStillIsSoonFullAgain() {
        for (long trip : new long[] {200_000, 20_000_000, 100_000_000}) {
            fill(50e6, trip, 3_000_000_000L);
            fill(10e3, trip, 3_000_000_000L);
            there.clear();
            back.clear();
            free = now;
            there.add(new Sent(appended, now + trip / 2));
            fill(50e6, trip, 2_000_000_000L + 10 * trip);
            assertThat(fill(50e6, trip, 1_000_000_000) / 50e6).as("trip of " + trip).isGreaterThan(0.95);
        }
    }

    /** A relay that has just been started is slow, and takes its time. */
    @Test
    void newCarrierMayHaveASlowPath() {
        double rate = 4e6;
        long trip = 100_000_000;
        fill(400e6, 200_000, 2_000_000_000);
        capacity.restart();
        double worst = 0;
        for (int tenth = 0; tenth < 30; tenth++) {
            fill(rate, trip, 100_000_000);
            worst = Math.max(worst, millis((appended - held) / rate * 1e9 - trip));
        }
        assertThat(worst).isLessThan(250);
    }

    @Test
    void newCarrierMayHaveALongerPath() {
        fill(50e6, 1_000_000, 3_000_000_000L);
        capacity.restart();
        fill(50e6, 80_000_000, 1_500_000_000);
        assertThat(fill(50e6, 80_000_000, 1_000_000_000) / 50e6).isGreaterThan(0.95);
    }
}
