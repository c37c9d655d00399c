package io.relaygate.net;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.time.Duration;

/** A connection that the core made itself, which keeps the limits of its reads. */
public interface Link extends Connection {

    /** For {@link #read}: a limit as good as never, with which the link keeps its large buffers and needs no timer. */
    Duration HELD = Duration.ofDays(1);

    @Override
    boolean awaitReadable(Duration limit) throws IOException;

    @Override
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
