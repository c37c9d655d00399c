package io.relaygate.session;

import io.relaygate.observe.Ending;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.RefusedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The connections of a session. When it is ended from outside they all break, also those that come later. Any thread. */
final class Connections {

    private final List<Connection> all = new ArrayList<>();
    private @Nullable Ending killed;
    private @Nullable RefusedException refusal;

    void keep(Connection connection) {
        boolean tooLate;
        synchronized (this) {
            all.add(connection);
            tooLate = killed != null;
        }
        if (tooLate) {
            connection.abort();
        }
    }

    /** One is the session's no more. */
    synchronized void forget(Connection connection) {
        all.remove(connection);
    }

    /** Breaks all of them; the first reason is the session's. */
    void kill(Ending why, @Nullable RefusedException because) {
        synchronized (this) {
            if (killed == null) {
                killed = why;
                refusal = because;
            }
        }
        end(false);
    }

    /** Closes all of them, or breaks them. */
    void end(boolean cleanly) {
        List<Connection> open;
        synchronized (this) {
            open = List.copyOf(all);
        }
        open.forEach(cleanly ? Connection::close : Connection::abort);
    }

    /** How the session was ended from outside, or null. */
    synchronized @Nullable Ending killed() {
        return killed;
    }

    /** Why it may not go on, if that is how. */
    synchronized @Nullable RefusedException refusal() {
        return refusal;
    }
}
