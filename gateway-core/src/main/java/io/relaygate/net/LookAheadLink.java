package io.relaygate.net;

import io.relaygate.net.LinkState.Phase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What all links share: the state, the deadline, the streams, and a small look-ahead buffer behind {@code peek} and
 * {@code awaitReadable}. A kind of link adds how bytes are received and sent and how it ends.
 */
@SuppressWarnings("this-escape") // The streams only keep the reference.
public abstract class LookAheadLink implements Link {

    /** How much a wait may read ahead. Small, because every idle session waits. */
    private static final int AHEAD = 1024;

    /** How much a glance reads ahead, which is expected to find nothing. */
    private static final int GLANCE = 16;

    /** How long the end of a direction may take to go out: the peer may read slowly, but not never. */
    protected static final Duration FINISH_LIMIT = Duration.ofSeconds(60);

    private static final byte[] NOTHING = new byte[0];

    private final LinkState state = new LinkState();
    private final InputStream in = new LinkInput(this);
    private final OutputStream out = new LinkOutput(this);
    private final Object deadlineLock = new Object();
    private Deadlines.@Nullable Timer deadline;
    private byte[] ahead = NOTHING;
    private int from;
    private int to;
    private boolean atEnd;

    /**
     * Receives at least one byte.
     *
     * @return how many, -1 at the end of the peer's direction, 0 only if the limit passed first
     */
    protected abstract int receive(byte[] into, int offset, int length, Duration limit) throws IOException;

    /** Sends all of the bytes, at least one. */
    protected abstract void send(byte[] bytes, int offset, int length) throws IOException;

    /** Sends two parts as one; by default by copying them together. */
    protected void send(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        byte[] both = Arrays.copyOf(head, head.length + length);
        System.arraycopy(bytes, offset, both, head.length, length);
        send(both, 0, both.length);
    }

    /** Receives what has arrived after a look-ahead that was full, without waiting; so one arrival stays one read. */
    protected int receiveMore(byte[] into, int offset, int length) throws IOException {
        return 0;
    }

    /** Waits for bytes or the end without a large buffer; by default by receiving a little into the look-ahead. */
    protected boolean await(Duration limit) throws IOException {
        byte[] small = new byte[limit.isZero() ? GLANCE : AHEAD];
        int n = receive(small, 0, small.length, limit);
        if (n > 0) {
            ahead = small;
            from = 0;
            to = n;
        }
        atEnd = n < 0;
        return n != 0;
    }

    /** Ends the outgoing direction; called with the link open. */
    protected abstract void sendEnd() throws IOException;

    /** Ends both directions cleanly within a short time, unblocking every call. */
    protected abstract void shut();

    /** Ends both directions at once so that the peer sees a failure; never blocks, may be called more than once. */
    protected abstract void drop();

    @Override
    public final InputStream in() {
        return in;
    }

    @Override
    public final OutputStream out() {
        return out;
    }

    @Override
    public final int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        requireOpen();
        if (from < to) {
            return takeAhead(into, offset, length);
        }
        if (atEnd) {
            return -1;
        }
        if (length == 0) {
            return 0;
        }
        int n;
        try {
            n = receive(into, offset, length, limit);
        } catch (IOException e) {
            throw explained(e);
        }
        requireOpen();
        atEnd = n < 0;
        return n;
    }

    private int takeAhead(byte[] into, int offset, int length) throws IOException {
        int n = Math.min(length, to - from);
        System.arraycopy(ahead, from, into, offset, n);
        from += n;
        if (from < to) {
            return n;
        }
        boolean wasFull = to == ahead.length;
        ahead = NOTHING;
        from = 0;
        to = 0;
        return wasFull && n < length ? n + receiveMore(into, offset + n, length - n) : n;
    }

    @Override
    public final boolean awaitReadable(Duration limit) throws IOException {
        requireOpen();
        if (from < to || atEnd) {
            return true;
        }
        boolean readable;
        try {
            readable = await(limit);
        } catch (IOException e) {
            throw explained(e);
        }
        requireOpen();
        return readable;
    }

    @Override
    public final ByteBuffer peek(int n) throws IOException {
        if (n < 1 || n > Buffers.PAYLOAD) {
            throw new IllegalArgumentException("can look at 1 to 65536 bytes, not at " + n);
        }
        requireOpen();
        try {
            while (to - from < n && !atEnd) {
                makeRoom(n);
                int got = receive(ahead, to, ahead.length - to, FOREVER);
                atEnd = got < 0;
                to += Math.max(got, 0);
            }
        } catch (IOException e) {
            throw explained(e);
        }
        requireOpen();
        return ByteBuffer.wrap(ahead, from, to - from).slice().asReadOnlyBuffer();
    }

    private void makeRoom(int n) {
        if (ahead.length - from < n) {
            byte[] larger = new byte[Math.max(n, Math.clamp(2L * ahead.length, AHEAD, Buffers.PAYLOAD))];
            System.arraycopy(ahead, from, larger, 0, to - from);
            ahead = larger;
            to -= from;
            from = 0;
        }
    }

    @Override
    public final void finish() throws IOException {
        requireOpen();
        Deadlines.Timer timer = Deadlines.shared().after(FINISH_LIMIT, this::abort);
        try {
            sendEnd();
        } catch (IOException e) {
            throw explained(e);
        } finally {
            timer.cancel();
        }
    }

    @Override
    public final void deadline(@Nullable Instant instant) {
        synchronized (deadlineLock) {
            if (deadline != null) {
                deadline.cancel();
                deadline = null;
            }
            if (instant == null || !state.isOpen()) {
                return;
            }
            if (!Deadlines.shared().passed(instant)) {
                deadline = Deadlines.shared().at(instant, this::expire);
                return;
            }
        }
        expire();
    }

    private void expire() {
        if (state.leave(Phase.EXPIRED)) {
            drop();
            state.over();
        }
    }

    @Override
    public final void abort() {
        if (state.leave(Phase.ABORTED)) {
            deadline(null);
            drop();
            state.over();
        }
    }

    @Override
    public final void close() {
        if (state.leave(Phase.CLOSING)) {
            deadline(null);
            shut();
            state.leave(Phase.CLOSED);
            state.over();
        }
    }

    @Override
    public final void whenOver(Runnable action) {
        state.whenOver(action);
    }

    /** Throws unless the link is open. */
    protected final void requireOpen() throws IOException {
        state.requireOpen();
    }

    /** The failure as the caller should see it: what this side did to the link wins over how a call noticed. */
    protected final IOException explained(IOException failure) {
        return state.explained(failure);
    }

    @Override
    public final int available() {
        return to - from;
    }

    @Override
    public final void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireOpen();
        if (length == 0) {
            return;
        }
        try {
            send(bytes, offset, length);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    public final void write(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        requireOpen();
        try {
            send(head, bytes, offset, length);
        } catch (IOException e) {
            throw explained(e);
        }
    }
}
