package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.client.ChannelOffer;
import io.relaygate.plugins.ssh.client.Login;
import io.relaygate.plugins.ssh.client.TargetSession;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The way of one client's session to its target: made when the first channel needs it, and again when it was lost while none did. */
final class ToTarget {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RouteContext context;
    private final Duration keepAlive;

    /** Held by who makes it, while the others wait for that. */
    private final Lock making = new ReentrantLock();

    private Targets.@Nullable Place place;
    private @Nullable Caller caller;
    private @Nullable Connection carrier;
    private @Nullable TargetSession made;
    private boolean closed;

    ToTarget(RouteContext context, Duration keepAlive) {
        this.context = context;
        this.keepAlive = keepAlive;
    }

    /** Where to, and for whom. */
    synchronized void leadsTo(Targets.Place chosen, Caller who) {
        place = chosen;
        caller = who;
    }

    /**
     * The session with it.
     *
     * @param over is told when it has ended
     * @param offers takes what channels it wants to open
     * @throws IOException why it cannot be had, for people
     */
    TargetSession session(Session client, Runnable over, ChannelOffer.Taker offers) throws IOException {
        making.lock();
        try {
            TargetSession known = known();
            return known != null && known.alive() ? known : make(client, over, offers);
        } finally {
            making.unlock();
        }
    }

    private synchronized @Nullable TargetSession known() {
        return made;
    }

    private TargetSession make(Session client, Runnable over, ChannelOffer.Taker offers) throws IOException {
        Targets.Place to;
        Caller who;
        synchronized (this) {
            to = place;
            who = caller;
        }
        if (to == null || who == null) {
            throw new IOException("nobody is logged in");
        }
        Connection reached = client.dial(who, to.to());
        use(reached);
        TargetSession fresh = TargetSession.logIn(
                new Login(to.target().login().at(to.to().toString())), reached, Instant.now().plus(PATIENCE), context.threads(), keepAlive);
        fresh.offersTo(offers);
        fresh.whenOver(over);
        keep(fresh);
        return fresh;
    }

    private synchronized void use(Connection reached) throws IOException {
        if (closed) {
            reached.close();
            throw new IOException("the session is over");
        }
        carrier = reached;
    }

    private synchronized void keep(TargetSession fresh) throws IOException {
        if (closed) {
            fresh.close();
            throw new IOException("the session is over");
        }
        made = fresh;
    }

    /** Ends it, also while it is made. */
    synchronized void close() {
        closed = true;
        if (made != null) {
            made.close();
        } else if (carrier != null) {
            carrier.close();
        }
    }

    @Override
    public synchronized String toString() {
        return place == null ? "none" : place.to().toString();
    }
}
