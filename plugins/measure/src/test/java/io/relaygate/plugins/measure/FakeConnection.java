package io.relaygate.plugins.measure;

import io.relaygate.sdk.Connection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A client that has said all, and keeps what it is told. */
final class FakeConnection implements Connection {

    private final ByteArrayInputStream in;
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    @Nullable Instant deadline;
    boolean finished;
    boolean closed;

    FakeConnection(byte[] said) {
        this.in = new ByteArrayInputStream(said);
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public ByteArrayOutputStream out() {
        return out;
    }

    @Override
    public ByteBuffer peek(int n) {
        throw new AssertionError("measure reads what comes");
    }

    @Override
    public boolean canFinish() {
        return true;
    }

    @Override
    public void finish() {
        finished = true;
    }

    @Override
    public void deadline(@Nullable Instant instant) {
        deadline = instant;
    }

    @Override
    public void abort() {
        closed = true;
    }

    @Override
    public void close() {
        closed = true;
    }
}
