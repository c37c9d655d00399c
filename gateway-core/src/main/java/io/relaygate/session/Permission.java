package io.relaygate.session;

import io.relaygate.net.Deadlines;
import io.relaygate.net.Threads;
import io.relaygate.sdk.RefusedException;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks for one session whether it may go on: when somebody acts in it, after a reload, and when the last answer has run out,
 * since hours end and proofs expire. Any thread.
 */
final class Permission {

    private final LiveSession session;
    private final Supplier<Sessions.@Nullable Policy> policy;
    private final Deadlines deadlines;
    private final Threads threads;
    private Deadlines.@Nullable Timer next;
    private boolean over;

    /** Of a session that nobody has asked for yet. */
    Permission(LiveSession session, Supplier<Sessions.@Nullable Policy> policy, Deadlines deadlines, Threads threads) {
        this.session = session;
        this.policy = policy;
        this.deadlines = deadlines;
        this.threads = threads;
    }

    /**
     * Asks the latest policy.
     *
     * @throws RefusedException if the session may not go on so; it is asked again when the answer before has run out
     */
    synchronized void ask() throws RefusedException {
        Sessions.Policy latest = policy.get();
        if (latest != null && !over) {
            Instant until = latest.ask(session);
            cancel();
            // The timer's thread must not wait for files that a policy may read.
            next = until.equals(Instant.MAX) ? null : deadlines.at(until, () -> threads.start("review", this::review));
        }
    }

    /** Asks, and ends the session if it may not go on. */
    void review() {
        try {
            ask();
        } catch (RefusedException e) {
            session.refuse(e);
        }
    }

    /** The session is over. */
    synchronized void over() {
        over = true;
        cancel();
    }

    private void cancel() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
