package io.relaygate.relay.server;

import io.relaygate.net.Buffers;
import io.relaygate.net.HttpBody;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of an HTTP request: held in memory if it is small and comes at once, else passed on piece by piece. One thread
 * at a time.
 */
final class SentBody implements AutoCloseable {

    /** The largest body that a control channel carries. */
    static final int SMALL = Buffers.PAYLOAD;

    /** What is not there after so long is slow, and passed on as it comes. */
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final HttpBody body;
    private final Exchanges exchanges;
    private byte[] held = new byte[0];
    private int reserved;
    private int arrived;
    private int passed;

    SentBody(HttpBody body, Exchanges exchanges) {
        this.body = body;
        this.exchanges = exchanges;
    }

    /** Whether there is none. */
    boolean none() {
        return body.length() == 0;
    }

    /** All of it, if it is small and comes at once; else null, and it is yet to be passed on. */
    byte @Nullable [] whole() throws IOException {
        long length = body.length();
        if (length < 0 || length > SMALL || !exchanges.hold((int) length)) {
            return null;
        }
        reserved = (int) length;
        held = new byte[reserved];
        long end = System.nanoTime() + AT_ONCE.toNanos();
        while (arrived < length) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            int n = left.isPositive() ? body.read(held, arrived, held.length - arrived, left) : 0;
            if (n <= 0) {
                return null;
            }
            arrived += n;
        }
        return held;
    }

    /**
     * The next piece.
     *
     * @return how many bytes, -1 at the end, 0 if none came within the limit
     */
    int next(byte[] into, int offset, int size, Duration limit) throws IOException {
        if (passed < arrived) {
            int n = Math.min(size, arrived - passed);
            System.arraycopy(held, passed, into, offset, n);
            passed += n;
            return n;
        }
        return body.read(into, offset, size, limit);
    }

    /** Whether no piece is left, as far as is known. */
    boolean over() {
        return body.over() && passed == arrived;
    }

    /** Whether all of it has come from the sender, so that another request may follow. */
    boolean arrived() {
        return body.over();
    }

    /** Forgets what is held. */
    @Override
    public void close() {
        Arrays.fill(held, (byte) 0);
        held = new byte[0];
        exchanges.letGo(reserved);
        reserved = 0;
        arrived = 0;
        passed = 0;
    }
}
