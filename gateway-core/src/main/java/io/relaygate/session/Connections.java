package io.relaygate.session;

import io.relaygate.net.Link;
import io.relaygate.observe.Ending;
import io.relaygate.sdk.RefusedException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a session that are open. When it is ended from outside they all break, also those that come later. Any
 * thread.
 */
final class Connections {

    private final Set<Link> all = new LinkedHashSet<>();
    private @Nullable Ending killed;
    private @Nullable RefusedException refusal;

    /** One more, until it is over. */
    void keep(Link link) {
        boolean tooLate;
        synchronized (this) {
            all.add(link);
            tooLate = killed != null;
        }
        link.whenOver(() -> forget(link));
        if (tooLate) {
            link.abort();
        }
    }

    private synchronized void forget(Link link) {
        all.remove(link);
    }

    /** How many there are. */
    synchronized int open() {
        return all.size();
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
        List<Link> open;
        synchronized (this) {
            open = List.copyOf(all);
        }
        open.forEach(cleanly ? Link::close : Link::abort);
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
