package io.relaygate.session;

import io.relaygate.net.Threads;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A task that runs beside a session's handler. */
final class Child implements Session.Fork {

    private final Thread thread;
    private volatile @Nullable Throwable failure;

    /**
     * Begins it.
     *
     * @param thread the name of its thread
     * @param failed is told what a connection of it failed with
     * @param defect ends the session
     */
    Child(Threads threads, String thread, Session.IoTask task, Consumer<String> failed, Runnable defect) {
        this.thread = threads.start(thread, () -> {
            try {
                task.run();
            } catch (IOException e) {
                failure = e;
                failed.accept(String.valueOf(e.getMessage()));
            } catch (RuntimeException | Error e) {
                failure = e;
                defect.run();
                throw e;
            }
        });
    }

    boolean isOver() {
        return !thread.isAlive();
    }

    /** Waits until it is over. */
    void await() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }

    @Override
    public void join() throws IOException {
        await();
        switch (failure) {
            case null -> {}
            case IOException lost -> throw lost;
            case Throwable thrown -> throw new IOException("a task beside the handler ended by a defect", thrown);
        }
    }
}
