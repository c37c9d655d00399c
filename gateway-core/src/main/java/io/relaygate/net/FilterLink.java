package io.relaygate.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A link over another one that passes every call on, also those of its streams; heirs change what they have to. */
@SuppressWarnings("this-escape") // The streams only keep the reference.
public class FilterLink implements Link {

    /** What carries the bytes. */
    protected final Link under;

    private final InputStream in = new LinkInput(this);
    private final OutputStream out = new LinkOutput(this);

    /** A link over another one. */
    protected FilterLink(Link under) {
        this.under = under;
    }

    @Override
    public final InputStream in() {
        return in;
    }

    @Override
    public final OutputStream out() {
        return out;
    }

    @Override
    public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        return under.read(into, offset, length, limit);
    }

    @Override
    public int available() {
        return under.available();
    }

    @Override
    public @Nullable String applicationProtocol() {
        return under.applicationProtocol();
    }

    @Override
    public boolean awaitReadable(Duration limit) throws IOException {
        return under.awaitReadable(limit);
    }

    @Override
    public ByteBuffer peek(int n) throws IOException {
        return under.peek(n);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        under.write(bytes, offset, length);
    }

    @Override
    public void write(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        under.write(head, bytes, offset, length);
    }

    @Override
    public int writeSize() {
        return under.writeSize();
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
    public void whenOver(Runnable action) {
        under.whenOver(action);
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
