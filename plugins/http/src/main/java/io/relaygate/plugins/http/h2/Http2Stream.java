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
import java.time.Instant;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.jspecify.annotations.Nullable;

/**
 * One request and its responses among others on a connection (RFC 9113 section 5). One thread reads and one thread writes at a time;
 * {@link #deadline}, {@link #whenGone} and what breaks it off are for any.
 */
public final class Http2Stream implements BodyReader, BodyWriter {

    private static final byte[] NOTHING = {};

    private final Http2Connection connection;
    private final int id;
    private final Received received;
    private Input.BeforeWaiting before = () -> {};
    private Runnable gone = () -> {};
    private Pieces.@Nullable Piece piece;

    /** Whether the peer has been told all there is. */
    private volatile boolean said;

    /** Whether it is for a tunnel: what the peer says behind its head is no body. */
    private volatile boolean tunnel;

    private volatile @Nullable Instant deadline;

    /** Guarded by the connection's {@link SendWindows}. */
    long sendWindow;

    Http2Stream(Http2Connection connection, int id, long sendWindow) {
        this.connection = connection;
        this.id = id;
        this.received = new Received(connection.buffers());
        this.sendWindow = sendWindow;
    }

    int id() {
        return id;
    }

    Received received() {
        return received;
    }

    /** Whether both sides have said all. */
    public boolean isOver() {
        return said && received.hasEnded();
    }

    void tunnels() {
        tunnel = true;
    }

    /** Whether it is for a tunnel (RFC 8441): what the peer says behind its head is no body of a message. */
    public boolean isTunnel() {
        return tunnel;
    }

    /** Whether its deadline has passed. */
    boolean isLate(Instant now) {
        Instant until = deadline;
        return until != null && received.isOpen() && !now.isBefore(until);
    }

    /** It is over before its time: whoever waits for it hears it. */
    void fail(IOException why) {
        if (received.fail(why)) {
            connection.taken(received.drop());
            connection.windows().wake();
            task().run();
        }
    }

    private synchronized Runnable task() {
        return gone;
    }

    /**
     * Makes sure that it was not broken off.
     *
     * @throws IOException if it was
     */
    public void requireOpen() throws IOException {
        received.requireOpen();
    }

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
        synchronized (this) {
            gone = task;
        }
        if (!received.isOpen()) {
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
        return received.head();
    }

    @Override
    public boolean isHere() {
        return received.hasEnded();
    }

    @Override
    public boolean isSaid() {
        return received.hasEnded();
    }

    @Override
    public boolean next() throws IOException {
        passed();
        if (!received.isHere()) {
            before.run();
        }
        Pieces.Piece now = received.piece();
        piece = now;
        if (now == null) {
            return false;
        }
        // For the others there is room from here on: this one may never come to say that it has passed it on.
        connection.taken(now.length());
        return true;
    }

    /** Nobody needs the piece any more: there is room for the stream's next. */
    private void passed() {
        Pieces.Piece last = piece;
        if (last != null) {
            piece = null;
            connection.buffers().give(last.bytes());
            connection.credit(this, last.length());
        }
    }

    @Override
    public int pieceLength() {
        return piece == null ? 0 : piece.length();
    }

    @Override
    public void passTo(BodyWriter out) throws IOException {
        Pieces.Piece now = piece;
        if (now != null) {
            out.piece(now.bytes(), 0, now.length());
        }
    }

    @Override
    public Fields trailers() {
        return received.trailers();
    }

    /** Begins the response; 101 begins a tunnel. */
    public void tell(ResponseHead head) throws IOException {
        head(Heads.toClient(head), !head.isInterim() && head.status() != 101 && isEmpty(head.body()));
    }

    /** Begins the request. */
    void ask(RequestHead head, boolean tls) throws IOException {
        if (head.method().equals("HEAD")) {
            received.answerHead();
        }
        tunnel = head.fields().has("Upgrade");
        head(Heads.toDestination(head, tls), !tunnel && isEmpty(head.body()));
    }

    private static boolean isEmpty(Framing body) {
        return body instanceof Framing.None || (body instanceof Framing.Length(long bytes) && bytes == 0);
    }

    /** No frame may follow the one that says that it is broken off (RFC 9113 section 5.1). */
    private void write(FrameWriter.Frames frames) throws IOException {
        synchronized (connection.writer()) {
            requireOpen();
            frames.putInto(connection.writer());
        }
    }

    private void head(MetaData head, boolean last) throws IOException {
        write(writer -> writer.put(new HeadersFrame(id, head, null, last)));
        if (last) {
            said();
        }
    }

    private void said() {
        said = true;
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
            send(from, at, now);
            at += now;
            left -= now;
        }
    }

    private void send(byte[] from, int offset, int length) throws IOException {
        try {
            write(writer -> writer.data(id, from, offset, length, false));
        } catch (IOException e) {
            // The room was the others' as well.
            connection.windows().add(length);
            throw e;
        }
    }

    @Override
    public void end(Fields behind) throws IOException {
        if (said) {
            return;
        }
        if (behind.size() > 0) {
            write(writer -> writer.put(new HeadersFrame(id, Heads.toPeer(behind), null, true)));
        } else {
            write(writer -> writer.data(id, NOTHING, 0, 0, true));
        }
        said();
    }

    @Override
    public void flush() throws IOException {
        connection.writer().flush();
    }

    /** The exchange is over. What is not said is broken off, so that the peer cannot take what it has got for all there is. */
    public void close() {
        if (!isOver()) {
            // A peer that was told all need not say the rest (RFC 9113 section 8.1).
            reset(said ? ErrorCode.NO_ERROR : ErrorCode.INTERNAL_ERROR);
        }
        // Not the piece that was read last: whoever reads may still be passing it on.
        connection.taken(received.drop());
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
        if (!received.hasEnded()) {
            reset(ErrorCode.NO_ERROR);
        }
    }
}
