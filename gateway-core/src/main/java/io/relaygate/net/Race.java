package io.relaygate.net;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Attempts to get one thing that run side by side: the caller takes the first, and those that come later are given back. When
 * the next attempt begins is for the caller. For one thread, which closes it.
 *
 * @param <T> what is to be got
 */
public final class Race<T> implements AutoCloseable {

    /** One attempt. */
    @FunctionalInterface
    public interface Attempt<T> {
        /** Gets it, or throws why not. */
        T run() throws IOException;
    }

    /** What one attempt came to. */
    public sealed interface Outcome<T> {
        /** It is there. */
        record Got<T>(T it) implements Outcome<T> {}

        /** It has failed. */
        record Failed<T>(IOException why) implements Outcome<T> {}
    }

    private final BiConsumer<String, Runnable> threads;
    private final Consumer<T> late;
    private final LinkedBlockingQueue<Outcome<T>> outcomes = new LinkedBlockingQueue<>();
    private int running;
    private boolean over;

    /**
     * A race that has not begun.
     *
     * @param threads starts a thread of that name
     * @param late gives back what comes when another was taken
     */
    public Race(BiConsumer<String, Runnable> threads, Consumer<T> late) {
        this.threads = threads;
        this.late = late;
    }

    /** Begins one more attempt, on a thread of its own. */
    public void start(String name, Attempt<T> attempt) {
        running++;
        threads.accept(name, () -> finish(outcome(attempt)));
    }

    /** How many attempts have begun whose outcome was not heard yet. */
    public int running() {
        return running;
    }

    /**
     * The next outcome, or null if there is none within the limit.
     *
     * @param limit how long to wait; not at all if it is negative
     * @throws InterruptedIOException if the caller was interrupted
     */
    public @Nullable Outcome<T> next(Duration limit) throws InterruptedIOException {
        try {
            Outcome<T> outcome = Wait.isForever(limit) ? outcomes.take() : outcomes.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
            running -= outcome == null ? 0 : 1;
            return outcome;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("connecting was interrupted");
        }
    }

    private static <T> Outcome<T> outcome(Attempt<T> attempt) {
        try {
            return new Outcome.Got<>(attempt.run());
        } catch (IOException e) {
            return new Outcome.Failed<>(e);
        }
    }

    private void finish(Outcome<T> outcome) {
        if (!offer(outcome)) {
            giveBack(outcome);
        }
    }

    private synchronized boolean offer(Outcome<T> outcome) {
        return !over && outcomes.add(outcome);
    }

    /** Ends it: what has come and was not taken is given back, and so will be what is still to come. */
    @Override
    public synchronized void close() {
        over = true;
        outcomes.forEach(this::giveBack);
        outcomes.clear();
    }

    private void giveBack(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Got<T>(T it)) {
            late.accept(it);
        }
    }
}
