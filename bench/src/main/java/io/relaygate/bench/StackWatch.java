package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Has edge and sites write the stacks of all their threads to files beside their logs, while a key waits for long. */
final class StackWatch implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(500);

    /** Asking takes time of the processors, which what is measured lacks: it is done seldom. */
    private static final Duration APART = Duration.ofSeconds(8);

    private static final int MOST = 10;

    private final Fleet fleet;
    private final Crowd crowd;
    private final Duration pause;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread watching;
    private int taken;
    private long takenAt;

    /**
     * Watches from now on, if there is a JDK to ask with.
     *
     * @param pause a key that waits for longer waits for long
     */
    StackWatch(Fleet fleet, Crowd crowd, Duration pause) {
        this.fleet = fleet;
        this.crowd = crowd;
        this.pause = pause;
        this.watching = Thread.ofVirtual().start(this::watch);
    }

    private static @Nullable Path jcmd() {
        try {
            return Programs.jcmd();
        } catch (Refusal e) {
            return null;
        }
    }

    private void watch() {
        Path jcmd = jcmd();
        try {
            while (jcmd != null && taken < MOST && !closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                boolean late = crowd.typists().stream().anyMatch(typist -> typist.waitsFor(now) > pause.toNanos());
                if (late && (taken == 0 || now - takenAt > APART.toNanos())) {
                    takenAt = now;
                    taken++;
                    take(jcmd);
                }
            }
        } catch (IOException e) {
            // A run is not to fail for want of stacks.
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the watch", e);
        }
    }

    private void take(Path jcmd) throws IOException, InterruptedException {
        for (Member member : fleet.gateways()) {
            Path file = member.child().folder().resolve("%s-stacks-%d.txt".formatted(member.name(), taken));
            List<String> command = List.of(
                    jcmd.toString(), Long.toString(member.child().pid()), "Thread.dump_to_file", file.toString());
            try (Child ask = Child.start("jcmd", member.child().folder(), command, Map.of())) {
                ask.awaitSuccess();
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            watching.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
