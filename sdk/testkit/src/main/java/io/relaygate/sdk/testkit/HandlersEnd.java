package io.relaygate.sdk.testkit;

import io.relaygate.net.FilterLink;
import io.relaygate.net.Link;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The handler's end of a connection: gives the bytes in pieces, and keeps deadlines by the test's clock. */
final class HandlersEnd extends FilterLink {

    private final Cut cut;
    private final boolean halfClose;
    private final TestClock clock;
    private final AtomicLong activity;
    private long read;
    private volatile boolean expired;

    /**
     * An end.
     *
     * @param halfClose whether it can end one direction alone
     * @param activity counts what the handler does with its connections
     */
    HandlersEnd(Link under, Cut cut, boolean halfClose, TestClock clock, AtomicLong activity) {
        super(under);
        this.cut = cut;
        this.halfClose = halfClose;
        this.clock = clock;
        this.activity = activity;
    }

    private interface Call<T> {
        T make() throws IOException;
    }

    private <T> T call(Call<T> call) throws IOException {
        activity.incrementAndGet();
        try {
            return call.make();
        } catch (IOException e) {
            if (!expired) {
                throw e;
            }
            SocketTimeoutException told = new SocketTimeoutException("the connection's deadline has passed");
            told.initCause(e);
            throw told;
        } finally {
            activity.incrementAndGet();
        }
    }

    @Override
    public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        int n = call(() -> under.read(into, offset, Math.min(length, cut.left(read)), limit));
        read += Math.max(n, 0);
        return n;
    }

    @Override
    public boolean awaitReadable(Duration limit) throws IOException {
        return call(() -> under.awaitReadable(limit));
    }

    @Override
    public ByteBuffer peek(int n) throws IOException {
        ByteBuffer seen = call(() -> under.peek(n));
        return seen.slice(0, Math.min(seen.remaining(), Math.max(n, cut.left(read)))).asReadOnlyBuffer();
    }

    @Override
    public void write(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        call(() -> {
            under.write(head, bytes, offset, length);
            return true;
        });
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        call(() -> {
            under.write(bytes, offset, length);
            return true;
        });
    }

    @Override
    public int available() {
        return Math.min(under.available(), cut.left(read));
    }

    @Override
    public boolean canFinish() {
        return halfClose;
    }

    @Override
    public void finish() throws IOException {
        if (!halfClose) {
            close();
            return;
        }
        call(() -> {
            under.finish();
            return true;
        });
    }

    @Override
    public void deadline(@Nullable Instant instant) {
        clock.at(this, instant, () -> {
            expired = true;
            under.abort();
        });
    }

    @Override
    public void abort() {
        deadline(null);
        activity.incrementAndGet();
        under.abort();
    }

    @Override
    public void close() {
        deadline(null);
        activity.incrementAndGet();
        under.close();
    }
}
