package io.relaygate.net;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One direction of a {@link PipeLink}: a ring of 64 KiB that is taken from the pool with the first byte. */
final class Pipe {

    private byte @Nullable [] ring;
    private int start;
    private int count;
    private boolean ended;
    private boolean readerGone;
    private boolean broken;

    /** As {@link LookAheadLink#receive}. */
    synchronized int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        if (!awaitReadable(limit)) {
            return 0;
        }
        byte[] bytes = ring;
        if (bytes == null) {
            return -1;
        }
        int n = Math.min(length, count);
        int first = Math.min(n, Buffers.PAYLOAD - start);
        System.arraycopy(bytes, start, into, offset, first);
        System.arraycopy(bytes, 0, into, offset + first, n - first);
        start = (start + n) % Buffers.PAYLOAD;
        count -= n;
        if (count == 0) {
            release();
        }
        notifyAll();
        return n;
    }

    synchronized boolean awaitReadable(Duration limit) throws IOException {
        Wait wait = new Wait(limit);
        while (count == 0 && !ended && !broken && !readerGone) {
            if (wait.over()) {
                return false;
            }
            await(wait);
        }
        if (broken) {
            throw new SocketException("connection reset by the peer");
        }
        if (readerGone) {
            throw new SocketException("closed");
        }
        return true;
    }

    /** Takes all of the bytes, waiting for the reader where there is no room. */
    synchronized void write(byte[] from, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            while (count == Buffers.PAYLOAD && !broken && !readerGone && !ended) {
                await(new Wait(Link.FOREVER));
            }
            requireWritable();
            if (ring == null) {
                ring = Buffers.take();
            }
            int end = (start + count) % Buffers.PAYLOAD;
            int room = Math.min(Buffers.PAYLOAD - count, Buffers.PAYLOAD - end);
            int n = Math.min(room, length - done);
            System.arraycopy(from, offset + done, ring, end, n);
            count += n;
            done += n;
            notifyAll();
        }
    }

    private void requireWritable() throws IOException {
        if (broken) {
            throw new SocketException("connection reset by the peer");
        }
        if (readerGone) {
            throw new SocketException("the peer has closed the connection");
        }
        if (ended) {
            throw new SocketException("this direction has ended");
        }
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    synchronized void closeReader() {
        readerGone = true;
        release();
        notifyAll();
    }

    synchronized void breakOff() {
        broken = true;
        release();
        notifyAll();
    }

    private void release() {
        if (ring != null) {
            Buffers.give(ring);
            ring = null;
        }
        start = 0;
        count = 0;
    }

    private void await(Wait wait) throws IOException {
        try {
            wait.on(this);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the peer", e);
        }
    }
}
