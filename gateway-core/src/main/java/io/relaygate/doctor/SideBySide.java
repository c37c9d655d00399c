package io.relaygate.doctor;

import io.relaygate.net.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks at many things at once, and tells of them in their order. What takes too long is left behind, and told of. */
final class SideBySide {

    private final Threads threads;
    private final Duration limit;

    SideBySide(Threads threads, Duration limit) {
        this.threads = threads;
        this.limit = limit;
    }

    /**
     * A look at something.
     *
     * @param what it is, in words of the configuration
     * @param look bounds itself; what it throws is a defect
     */
    record Exam(String what, Callable<List<Finding>> look) {}

    List<Finding> run(List<Exam> exams) {
        List<FutureTask<List<Finding>>> tasks = new ArrayList<>();
        for (Exam exam : exams) {
            FutureTask<List<Finding>> task = new FutureTask<>(exam.look());
            threads.start("doctor " + exam.what(), task);
            tasks.add(task);
        }
        long end = System.nanoTime() + limit.toNanos();
        List<Finding> all = new ArrayList<>();
        for (int i = 0; i < exams.size(); i++) {
            all.addAll(result(exams.get(i).what(), tasks.get(i), end - System.nanoTime()));
        }
        return all;
    }

    private List<Finding> result(String what, FutureTask<List<Finding>> task, long nanos) {
        try {
            return task.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return List.of(Finding.fail(what, "nothing was found within " + limit.toSeconds() + " s", "see whether a file system or DNS hangs"));
        } catch (ExecutionException e) {
            throw new IllegalStateException("looking at " + what + " has failed", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }
}
