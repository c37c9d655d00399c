package io.relaygate.observe;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Records that wait to be written: so many, and so many bytes, at the most. Whoever brings one never waits; the one
 * writer looks at the oldest and removes them when they are written. It gathers a few before it does: waking it costs
 * more than a record does. Thread safe.
 */
final class AuditQueue {

    /** How many the writer gathers. */
    static final int GATHERED = 256;

    /** How long it gathers them. */
    private static final Duration GATHERS = Duration.ofMillis(10);

    private final int mostRecords;
    private final long mostBytes;
    private final ArrayDeque<byte[]> lines = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    AuditQueue(int mostRecords, long mostBytes) {
        this.mostRecords = mostRecords;
        this.mostBytes = mostBytes;
    }

    /** Takes a record; false if there is no room, or no writer any more. */
    synchronized boolean offer(byte[] line) {
        if (closed || lines.size() >= mostRecords || bytes + line.length > mostBytes) {
            return false;
        }
        lines.add(line);
        bytes += line.length;
        if (lines.size() == 1 || lines.size() == GATHERED) {
            notifyAll();
        }
        return true;
    }

    /** The oldest records, for which it waits; none if it is closed and all have been removed. */
    synchronized List<byte[]> oldest() {
        while (lines.isEmpty() && !closed) {
            pause(0);
        }
        if (lines.size() < GATHERED && !closed) {
            pause(GATHERS.toMillis());
        }
        return lines.stream().limit(GATHERED).toList();
    }

    /** Removes the oldest records. */
    synchronized void remove(int count) {
        for (int i = 0; i < count; i++) {
            bytes -= lines.remove().length;
        }
    }

    /** Waits for a while, or until it is closed. */
    synchronized void await(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toMillis(); left > 0 && !closed; left = (end - System.nanoTime()) / 1_000_000) {
            pause(left);
        }
    }

    @SuppressWarnings("WaitNotInLoop") // Whoever calls it looks again.
    private void pause(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }

    /** Whether no further record may find room. */
    synchronized boolean isFull() {
        // Room for one more of usual length, so that it is told before the first one is dropped.
        return lines.size() >= mostRecords || bytes + 1024 > mostBytes;
    }

    /** Takes no more records. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized int size() {
        return lines.size();
    }
}
