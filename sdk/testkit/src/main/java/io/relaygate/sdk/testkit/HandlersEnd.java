package io.relaygate.sdk.testkit;

import io.relaygate.net.Link;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The handler's end of a connection: gives the bytes in pieces, and keeps deadlines by the test's clock. */
final class HandlersEnd implements Link {

    private final Link under;
    private final Cut cut;
    private final boolean halfClose;
    private final TestClock clock;
    private final AtomicLong activity;
    private final InputStream in = new In();
    private final OutputStream out = new Out();
    private long read;
    private volatile boolean expired;

    /**
     * An end.
     *
     * @param halfClose whether it can end one direction alone
     * @param activity counts what the handler does with its connections
     */
    HandlersEnd(Link under, Cut cut, boolean halfClose, TestClock clock, AtomicLong activity) {
        this.under = under;
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
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
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
    public void whenOver(Runnable action) {
        under.whenOver(action);
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

    /** The incoming direction. */
    private final class In extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return HandlersEnd.this.read(into, offset, length, FOREVER);
        }

        @Override
        public int available() throws IOException {
            return Math.min(under.in().available(), cut.left(read));
        }

        @Override
        public void close() {
            HandlersEnd.this.close();
        }
    }

    /** The outgoing direction. */
    private final class Out extends OutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            call(() -> {
                under.out().write(bytes, offset, length);
                return true;
            });
        }

        @Override
        public void close() {
            HandlersEnd.this.close();
        }
    }
}
