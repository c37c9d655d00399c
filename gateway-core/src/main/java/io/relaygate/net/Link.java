package io.relaygate.net;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** A connection that the core made itself: it can be waited on without giving a buffer to the wait. */
public interface Link extends Connection {

    /** A limit that never passes. */
    Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    /** For {@link #read}: a limit as good as never, with which the link keeps its large buffers and needs no timer. */
    Duration HELD = Duration.ofDays(1);

    /**
     * Waits until a read would return at once: bytes are there, or the peer has ended. What arrived stays unread, and
     * a wait that ran out leaves the connection as it was. While it waits the link holds no large buffer.
     *
     * @return false if the limit passed first
     */
    @Override
    boolean awaitReadable(Duration limit) throws IOException;

    /**
     * Reads as {@code in().read} does, but gives up after a while. With a limit other than {@link #FOREVER} the link
     * may keep its own large buffers for the next read until the limit passes: this is the read of a busy pump, which
     * turns to {@link #awaitReadable} when nothing comes.
     *
     * @return how many bytes were read, -1 if the peer has ended, 0 if the limit passed first
     */
    default int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        return awaitReadable(limit) ? in().read(into, offset, length) : 0;
    }

    /** Writes as {@code out().write} does. */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Writes two parts as one: a link that cuts its bytes into messages makes one of both, if it can. */
    void write(byte[] head, byte[] bytes, int offset, int length) throws IOException;

    /** How many bytes can be read without asking the source. */
    int available();

    /** Does something when this side has ended the link, at once if it has; it must not wait. */
    void whenOver(Runnable action);

    /** The size of a write, in bytes, that this link carries at the least cost: at most {@link Buffers#PAYLOAD}. */
    default int writeSize() {
        return Buffers.PAYLOAD;
    }
}
