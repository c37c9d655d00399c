package io.relaygate.net;

import java.io.IOException;
import java.time.Duration;

/** A link that counts the bytes that are read from it and written to it. What is merely looked at does not count. */
public final class CountedLink extends FilterLink {

    // Each is written by the one thread that reads, or writes, and read by anybody.
    private volatile long read;
    private volatile long written;

    /** Counts from now on. */
    public CountedLink(Link under) {
        super(under);
    }

    /** What carries the bytes: for a splice, which counts itself. */
    public Link under() {
        return under;
    }

    /** How many bytes have been read. */
    public long read() {
        return read;
    }

    /** How many bytes have been written. */
    public long written() {
        return written;
    }

    @Override
    public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        int n = under.read(into, offset, length, limit);
        if (n > 0) {
            addRead(n);
        }
        return n;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread reads at a time.
    private void addRead(int n) {
        read += n;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        under.write(bytes, offset, length);
        addWritten(length);
    }

    @Override
    public void write(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        under.write(head, bytes, offset, length);
        addWritten(head.length + length);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes at a time.
    private void addWritten(int n) {
        written += n;
    }
}
