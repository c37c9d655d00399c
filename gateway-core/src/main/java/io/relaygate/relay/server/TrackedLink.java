package io.relaygate.relay.server;

import io.relaygate.net.Link;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A link that is in a set until it is closed, so that all of them can be dropped at once. */
final class TrackedLink implements Link {

    private final Link link;
    private final Set<Link> open;

    TrackedLink(Link link, Set<Link> open) {
        this.link = link;
        this.open = open;
        open.add(this);
    }

    @Override
    public void close() {
        open.remove(this);
        link.close();
    }

    @Override
    public void whenOver(Runnable action) {
        link.whenOver(action);
    }

    @Override
    public void abort() {
        open.remove(this);
        link.abort();
    }

    @Override
    public InputStream in() {
        return link.in();
    }

    @Override
    public OutputStream out() {
        return link.out();
    }

    @Override
    public ByteBuffer peek(int n) throws IOException {
        return link.peek(n);
    }

    @Override
    public boolean awaitReadable(Duration limit) throws IOException {
        return link.awaitReadable(limit);
    }

    @Override
    public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        return link.read(into, offset, length, limit);
    }

    @Override
    public void write(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        link.write(head, bytes, offset, length);
    }

    @Override
    public int writeSize() {
        return link.writeSize();
    }

    @Override
    public boolean canFinish() {
        return link.canFinish();
    }

    @Override
    public void finish() throws IOException {
        link.finish();
    }

    @Override
    public void deadline(@Nullable Instant instant) {
        link.deadline(instant);
    }
}
