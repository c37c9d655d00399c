package io.relaygate.plugins.tds;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A connection over another one, which it is but for what its heirs make different. */
class ConnectionOver implements Connection {

    final Connection under;

    ConnectionOver(Connection under) {
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
}
