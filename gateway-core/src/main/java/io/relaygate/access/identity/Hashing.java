package io.relaygate.access.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets a few passwords be hashed at a time, because each takes a processor for a good part of a second. The others wait, in
 * the order of their ranks: who has come in before goes first, then who has failed the least, and each further one of a
 * source stands behind the first ones of all others. Among equals the latest goes first, so that a storm of sources
 * nobody knows yet does not stand before whoever comes after it. Any thread.
 */
final class Hashing {

    /** So many wait; a better one takes the place of the last. */
    private static final int MOST_WAITING = 512;

    /** So many of one source wait or are hashed. */
    private static final int MOST_OF_SOURCE = 16;

    private final int atOnce;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeSet<Waiting> waiting =
            new TreeSet<>(Comparator.comparingLong(Waiting::rank)
                    .thenComparing(Comparator.comparingLong(Waiting::number).reversed()));
    private final Map<String, Integer> ofSource = new HashMap<>();
    private int running;
    private long number;
    private long done;

    private enum State {
        WAITS,
        RUNS,
        PUSHED_OUT
    }

    /** Guarded by the lock. */
    private static final class Waiting {
        private final long rank;
        private final long number;
        private final Condition turn;
        private State state = State.WAITS;

        Waiting(long rank, long number, Condition turn) {
            this.rank = rank;
            this.number = number;
            this.turn = turn;
        }

        long rank() {
            return rank;
        }

        long number() {
            return number;
        }
    }

    /** Leaves half of the processors to those who carry bytes. */
    Hashing(InstantSource clock) {
        this(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), clock);
    }

    Hashing(int atOnce, InstantSource clock) {
        this.atOnce = atOnce;
        this.clock = clock;
    }

    /**
     * Hashes when it is the asker's turn.
     *
     * @return empty if the turn did not come before the deadline, or too many others wait
     */
    <T> Optional<T> run(Asker asker, Supplier<T> hash) {
        if (!enter(asker)) {
            return Optional.empty();
        }
        try {
            return Optional.of(hash.get());
        } finally {
            leave(asker);
        }
    }

    private boolean enter(Asker asker) {
        lock.lock();
        try {
            int others = ofSource.getOrDefault(asker.source(), 0);
            if (others >= MOST_OF_SOURCE) {
                return false;
            }
            Waiting mine = new Waiting((long) asker.rank() + others, number++, lock.newCondition());
            waiting.add(mine);
            ofSource.merge(asker.source(), 1, Integer::sum);
            letGo();
            if (waiting.size() > MOST_WAITING) {
                Waiting last = waiting.removeLast();
                last.state = State.PUSHED_OUT;
                last.turn.signal();
            }
            boolean runs = await(mine, asker);
            if (!runs) {
                waiting.remove(mine);
                less(asker);
            }
            return runs;
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Waiting mine, Asker asker) {
        long left = Duration.between(clock.instant(), asker.deadline()).toNanos();
        try {
            while (mine.state == State.WAITS && left > 0) {
                left = mine.turn.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
        return mine.state == State.RUNS;
    }

    private void leave(Asker asker) {
        lock.lock();
        try {
            running--;
            done++;
            less(asker);
            letGo();
        } finally {
            lock.unlock();
        }
    }

    private void less(Asker asker) {
        ofSource.computeIfPresent(asker.source(), (source, count) -> count == 1 ? null : count - 1);
    }

    private void letGo() {
        while (running < atOnce && !waiting.isEmpty()) {
            Waiting first = waiting.removeFirst();
            first.state = State.RUNS;
            first.turn.signal();
            running++;
        }
    }

    /** How many have been hashed. */
    long done() {
        lock.lock();
        try {
            return done;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
