package io.relaygate.relay.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where connections from addresses whose handshakes keep failing wait to shake hands: few do so at a time, and the latest comes
 * first. The others are held and not dropped: to be dropped is one more failure, which such a client answers with two new
 * attempts, until it is too busy with them to shake hands at all. Held ones bring none, so that whoever comes later is another
 * client, most likely; who is held comes in only while the relay can bear more failures. Any thread.
 */
final class SlowLane implements AutoCloseable {

    private final int width;
    private final int room;
    private final BooleanSupplier bears;
    private final Deque<Held> held = new ArrayDeque<>();
    private int under;
    private boolean closed;

    /** A connection before its handshake. */
    interface Held {

        /** It is its turn; returns at once. Once its handshake is over, {@link #leave} has to be called. */
        void begin();

        /** There is no room for it. */
        void drop();
    }

    /**
     * An empty one.
     *
     * @param width how many shake hands at a time
     * @param room how many are held
     * @param bears whether those that are held may come in; once it is true again, {@link #proceed} has to be called
     */
    SlowLane(int width, int room, BooleanSupplier bears) {
        this.width = width;
        this.room = room;
        this.bears = bears;
    }

    /** Lets a connection shake hands now or later; where too many are held, the oldest is dropped. */
    void enter(Held one) {
        Held tooMany = null;
        boolean now;
        synchronized (this) {
            now = !closed && under < width;
            if (now) {
                under++;
            } else {
                held.addFirst(one);
                tooMany = closed || held.size() > room ? held.removeLast() : null;
            }
        }
        if (now) {
            one.begin();
        }
        if (tooMany != null) {
            tooMany.drop();
        }
    }

    /** A handshake is over. */
    void leave() {
        synchronized (this) {
            under--;
        }
        proceed();
    }

    /** Lets in whoever may. */
    void proceed() {
        Held next = next();
        while (next != null) {
            next.begin();
            next = next();
        }
    }

    private synchronized @Nullable Held next() {
        if (closed || under >= width || held.isEmpty() || !bears.getAsBoolean()) {
            return null;
        }
        under++;
        return held.removeFirst();
    }

    /** Drops all that are held, and all that come. */
    @Override
    public void close() {
        List<Held> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(held);
            held.clear();
        }
        left.forEach(Held::drop);
    }
}
