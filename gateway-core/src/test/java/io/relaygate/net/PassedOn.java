package io.relaygate.net;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A plugin's connection over one of ours, which passes everything on but the limits of reads. */
class PassedOn implements Connection {

    private final Connection under;

    PassedOn(Connection under) {
        this.under = under;
    }

    @Override
    public InputStream in() {
        return under.in();
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

    /** One that keeps limits, as its connection does. */
    static final class Limited extends PassedOn {

        private final Connection under;

        Limited(Connection under) {
            super(under);
            this.under = under;
        }

        @Override
        public boolean awaitReadable(Duration limit) throws IOException {
            return under.awaitReadable(limit);
        }

        @Override
        public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
            return under.read(into, offset, length, limit);
        }
    }
}
