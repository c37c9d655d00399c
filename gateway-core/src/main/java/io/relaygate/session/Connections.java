package io.relaygate.session;

import io.relaygate.net.Link;
import io.relaygate.observe.Ending;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a session that are open. When it is ended from outside they all break, also those that come later. Any
 * thread.
 */
final class Connections {

    private final Map<Link, Optional<Session.Peer>> all = new LinkedHashMap<>();
    private @Nullable Ending killed;
    private @Nullable RefusedException refusal;

    /**
     * One more, until it is over.
     *
     * @param peer the host that it leads to, if one was named
     */
    void keep(Link link, Session.@Nullable Peer peer) {
        boolean tooLate;
        synchronized (this) {
            all.put(link, Optional.ofNullable(peer));
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

    /** The host that one leads to; null if none was named, or it is none of these. */
    @SuppressWarnings("SuspiciousMethodCalls") // A plugin may ask of a connection of its own.
    synchronized Session.@Nullable Peer peer(Connection connection) {
        return all.getOrDefault(connection, Optional.empty()).orElse(null);
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
            open = List.copyOf(all.keySet());
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
