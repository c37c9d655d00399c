package io.relaygate.plugins.http.h2;

import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.BodyWriter;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.jspecify.annotations.Nullable;

/**
 * One request and its responses among others on a connection (RFC 9113 section 5). One thread reads and one thread writes at a time;
 * {@link #deadline}, {@link #reset} and {@link #whenGone} are for any thread.
 */
public final class Http2Stream implements BodyReader, BodyWriter {

    private static final byte[] NOTHING = {};

    private final Http2Connection connection;
    private final int id;
    private final Queue<ResponseHead> heads = new ArrayDeque<>(1);
    private final Queue<byte[]> pieces = new ArrayDeque<>();
    private Input.BeforeWaiting before = () -> {};
    private Runnable gone = () -> {};
    private byte[] piece = NOTHING;

    /** What the peer says. */
    private boolean ended;

    private Fields trailers = new Fields();
    private long expected = -1;
    private long received;
    private int window;
    private boolean answersHead;
    private int consumed;

    /** What the peer is told. */
    private volatile boolean said;

    private volatile @Nullable IOException failure;
    private volatile @Nullable Instant deadline;

    /** Guarded by the connection's {@link SendWindows}. */
    long sendWindow;

    Http2Stream(Http2Connection connection, int id, int window, long sendWindow) {
        this.connection = connection;
        this.id = id;
        this.window = window;
        this.sendWindow = sendWindow;
    }

    int id() {
        return id;
    }

    // ---- what the connection's reader does

    /** The peer's head says that so much follows. */
    synchronized void expect(Framing body, boolean ends) {
        ended = ends;
        expected = body instanceof Framing.Length(long bytes) ? bytes : -1;
    }

    synchronized void came(ResponseHead head, boolean ends) {
        heads.add(head);
        if (!head.isInterim()) {
            expect(head.body(), ends);
        }
        notifyAll();
    }

    synchronized boolean answersHead() {
        return answersHead;
    }

    /** Whether both sides have said all. */
    public synchronized boolean isOver() {
        return ended && said;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** Takes a frame's data; says what is wrong with it, or null. */
    synchronized @Nullable ErrorCode came(ByteBuffer data, int counted, boolean ends) {
        if (ended) {
            return ErrorCode.STREAM_CLOSED_ERROR;
        }
        window -= counted;
        received += data.remaining();
        if (window < 0) {
            return ErrorCode.FLOW_CONTROL_ERROR;
        }
        if (expected >= 0 && (received > expected || (ends && received < expected))) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        ended = ends;
        if (data.hasRemaining() && failure == null) {
            byte[] copy = new byte[data.remaining()];
            data.get(copy);
            pieces.add(copy);
        }
        notifyAll();
        return null;
    }

    /** Takes trailers; says what is wrong with them, or null. */
    synchronized @Nullable ErrorCode came(Fields behind) {
        if (expected >= 0 && received < expected) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        trailers = behind;
        ended = true;
        notifyAll();
        return null;
    }

    /** It is over before its time: whoever waits for it hears it. */
    void fail(IOException why) {
        Runnable told;
        synchronized (this) {
            if (failure != null) {
                return;
            }
            failure = why;
            told = gone;
            notifyAll();
        }
        connection.windows().wake();
        told.run();
    }

    /** Whether its deadline has passed. */
    boolean isLate(Instant now) {
        Instant until = deadline;
        return until != null && failure == null && !now.isBefore(until);
    }

    // ---- what its own threads do

    /** What to do before each read that may wait. */
    public void beforeWaiting(Input.BeforeWaiting now) {
        before = now;
    }

    /** When everything that is waited for breaks; null for never. */
    public void deadline(@Nullable Instant instant) {
        deadline = instant;
    }

    /** What to do when the peer, or the connection, breaks it off; at once if it has. */
    public void whenGone(Runnable task) {
        boolean already;
        synchronized (this) {
            gone = task;
            already = failure != null;
        }
        if (already) {
            task.run();
        }
    }

    /**
     * The next response.
     *
     * @throws MalformedException if it is none
     */
    public ResponseHead answer() throws IOException {
        before.run();
        synchronized (this) {
            await(() -> !heads.isEmpty());
            return heads.remove();
        }
    }

    /** With the lock that says so. */
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

    /**
     * Makes sure that it was not broken off.
     *
     * @throws IOException if it was
     */
    public void requireOpen() throws IOException {
        IOException why = failure;
        if (why instanceof SocketTimeoutException) {
            throw new SocketTimeoutException(why.getMessage());
        }
        if (why != null) {
            throw new IOException(why.getMessage(), why);
        }
    }

    @Override
    public synchronized boolean isHere() {
        return ended;
    }

    @Override
    public synchronized boolean isSaid() {
        return ended;
    }

    @Override
    public boolean next() throws IOException {
        connection.taken(this, piece.length);
        piece = NOTHING;
        boolean waits;
        synchronized (this) {
            waits = pieces.isEmpty() && !ended;
        }
        if (waits) {
            before.run();
        }
        synchronized (this) {
            await(() -> !pieces.isEmpty() || ended);
            if (pieces.isEmpty()) {
                return false;
            }
            requireOpen();
            piece = pieces.remove();
            return true;
        }
    }

    /** The peer may send so much more; 0 as long as that is not worth saying. */
    synchronized int credit(int bytes, int whole) {
        if (ended || failure != null) {
            return 0;
        }
        consumed += bytes;
        if (consumed < whole / 2) {
            return 0;
        }
        int all = consumed;
        consumed = 0;
        window += all;
        return all;
    }

    @Override
    public int pieceLength() {
        return piece.length;
    }

    @Override
    public void passTo(BodyWriter out) throws IOException {
        out.piece(piece, 0, piece.length);
    }

    @Override
    public synchronized Fields trailers() {
        return trailers;
    }

    /** Begins the response. */
    public void tell(ResponseHead head) throws IOException {
        boolean last = !head.isInterim() && (head.body() instanceof Framing.None || isEmpty(head.body()));
        head(Heads.toClient(head), last);
    }

    private static boolean isEmpty(Framing body) {
        return body instanceof Framing.Length(long bytes) && bytes == 0;
    }

    /** Begins the request. */
    void ask(RequestHead head, boolean tls) throws IOException {
        synchronized (this) {
            answersHead = head.method().equals("HEAD");
        }
        head(Heads.toDestination(head, tls), head.body() instanceof Framing.None || isEmpty(head.body()));
    }

    private void head(MetaData head, boolean last) throws IOException {
        requireOpen();
        connection.writer().put(new HeadersFrame(id, head, null, last));
        if (last) {
            said();
        }
    }

    private void said() {
        synchronized (this) {
            said = true;
        }
        connection.said(this);
    }

    @Override
    public void piece(byte[] from, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            int now = connection.windows().take(this, left);
            if (now == 0) {
                flush();
                now = connection.windows().await(this, left);
            }
            connection.writer().data(id, from, at, now, false);
            at += now;
            left -= now;
        }
    }

    @Override
    public void end(Fields behind) throws IOException {
        if (said) {
            return;
        }
        requireOpen();
        if (behind.size() > 0) {
            connection.writer().put(new HeadersFrame(id, Heads.toPeer(behind), null, true));
        } else {
            connection.writer().data(id, NOTHING, 0, 0, true);
        }
        said();
    }

    @Override
    public void flush() throws IOException {
        connection.writer().flush();
    }

    /** Breaks it off, so that the peer cannot take what it has got for all there is. */
    public void breakOff() {
        reset(ErrorCode.INTERNAL_ERROR);
    }

    /** Breaks it off: nobody wants the rest. */
    public void cancel() {
        reset(ErrorCode.CANCEL_STREAM_ERROR);
    }

    /** Breaks it off before it has done anything: it can be asked for again. */
    public void refuse() {
        reset(ErrorCode.REFUSED_STREAM_ERROR);
    }

    private void reset(ErrorCode error) {
        connection.reset(this, error, new IOException("the stream was broken off"));
    }

    /** All is said to a peer that may still be asking: it need not (RFC 9113 section 8.1). */
    public void saidAll() {
        if (!hasEnded()) {
            reset(ErrorCode.NO_ERROR);
        }
    }
}
