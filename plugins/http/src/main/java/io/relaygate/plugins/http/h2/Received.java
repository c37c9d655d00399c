package io.relaygate.plugins.http.h2;

import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.ResponseHead;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http2.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What the peer has said on one stream, and nobody has asked for yet. Any thread. */
final class Received {

    private final Queue<ResponseHead> heads = new ArrayDeque<>(1);
    private final Pieces pieces;
    private Fields trailers = new Fields();
    private boolean ended;
    private boolean answersHead;
    private long expected = -1;
    private long bytes;
    private int window = ReceiveWindow.OF_ONE;
    private int passed;
    private @Nullable IOException failure;

    Received(Buffers buffers) {
        this.pieces = new Pieces(buffers);
    }

    // ---- by the connection's reader

    /** The peer's head says that so much follows. */
    synchronized void expect(Framing body, boolean ends) {
        ended = ends;
        expected = body instanceof Framing.Length(long length) ? length : -1;
    }

    /** Takes a response. */
    synchronized void came(ResponseHead head, boolean ends) {
        heads.add(head);
        if (!head.isInterim()) {
            expect(head.body(), ends);
        }
        notifyAll();
    }

    /** Takes a frame's data; says what is wrong with it, or null. */
    synchronized @Nullable ErrorCode came(ByteBuffer data, int counted, boolean ends) {
        if (ended) {
            return ErrorCode.STREAM_CLOSED_ERROR;
        }
        window -= counted;
        bytes += data.remaining();
        if (window < 0) {
            return ErrorCode.FLOW_CONTROL_ERROR;
        }
        if (expected >= 0 && (bytes > expected || (ends && bytes < expected))) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        ended = ends;
        if (data.hasRemaining()) {
            pieces.add(data);
        }
        notifyAll();
        return null;
    }

    /** Takes trailers; says what is wrong with them, or null. */
    synchronized @Nullable ErrorCode came(Fields behind) {
        if (expected >= 0 && bytes < expected) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        trailers = behind;
        ended = true;
        notifyAll();
        return null;
    }

    // ---- by whoever waits for it

    /** Nothing more comes; false if that is known. */
    synchronized boolean fail(IOException why) {
        if (failure != null) {
            return false;
        }
        failure = why;
        notifyAll();
        return true;
    }

    /** Nobody wants the rest; says how many bytes that were. */
    synchronized int drop() {
        return pieces.drop();
    }

    /** It is the answer to a HEAD request. */
    synchronized void answerHead() {
        answersHead = true;
    }

    synchronized boolean answersHead() {
        return answersHead;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    synchronized Fields trailers() {
        return trailers;
    }

    /** Makes sure that it was not broken off. */
    synchronized void requireOpen() throws IOException {
        if (failure instanceof SocketTimeoutException) {
            throw new SocketTimeoutException(failure.getMessage());
        }
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    synchronized boolean isOpen() {
        return failure == null;
    }

    private void await(BooleanSupplier here) throws IOException {
        while (!here.getAsBoolean()) {
            requireOpen();
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts a session", e);
            }
        }
    }

    /** The next response; waits for it. */
    synchronized ResponseHead head() throws IOException {
        await(() -> !heads.isEmpty());
        return heads.remove();
    }

    /** Whether there is a piece, or the end. */
    synchronized boolean isHere() {
        return ended || !pieces.isEmpty();
    }

    /** The next piece; waits for it. Null at the end. */
    synchronized Pieces.@Nullable Piece piece() throws IOException {
        await(() -> ended || !pieces.isEmpty());
        requireOpen();
        return pieces.isEmpty() ? null : pieces.next();
    }

    /** So many bytes have been passed on. Says how many more the peer may send; 0 as long as that is not worth saying. */
    synchronized int credit(int more) {
        passed += more;
        if (ended || failure != null || passed < ReceiveWindow.OF_ONE / 2) {
            return 0;
        }
        int all = passed;
        passed = 0;
        window += all;
        return all;
    }
}
