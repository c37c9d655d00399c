package io.relaygate.plugins.tds;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A connection over another one, which it is but for what its heirs make different. */
class ConnectionOver implements Connection {

    final Connection under;
    private final InputStream in = new Read();

    ConnectionOver(Connection under) {
        this.under = under;
    }

    /** Reads with {@link #read}. */
    @Override
    public final InputStream in() {
        return in;
    }

    @Override
    public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        return under.read(into, offset, length, limit);
    }

    @Override
    public boolean awaitReadable(Duration limit) throws IOException {
        return under.awaitReadable(limit);
    }

    @Override
    public OutputStream out() {
        return under.out();
    }

    @Override
    public ByteBuffer peek(int n) throws IOException {
        return under.peek(n);
    }

    @Override
    public boolean canFinish() {
        return under.canFinish();
    }

    @Override
    public void finish() throws IOException {
        under.finish();
    }

    @Override
    public void deadline(@Nullable Instant instant) {
        under.deadline(instant);
    }

    @Override
    public void abort() {
        under.abort();
    }

    @Override
    public void close() {
        under.close();
    }

    private final class Read extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return ConnectionOver.this.read(into, offset, length, FOREVER);
        }
    }
}
