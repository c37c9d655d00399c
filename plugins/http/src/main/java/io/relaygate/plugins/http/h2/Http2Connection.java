package io.relaygate.plugins.http.h2;

import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.frames.Frame;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.PrefaceFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.http2.frames.WindowUpdateFrame;
import org.jspecify.annotations.Nullable;

/**
 * One connection of HTTP/2 (RFC 9113), with clients or with a destination. {@link #read} is one thread's, {@link #write} another's;
 * everything else is for any.
 */
public final class Http2Connection {

    private static final int FIRST_WINDOW = 65535;
    private static final Duration TO_HEAR_IT = Duration.ofSeconds(5);

    /** Gets the requests of a client. */
    @FunctionalInterface
    public interface Requests {
        /** A request has come. Runs on the reading thread, and must not wait. */
        void came(Http2Stream stream, Asked asked);
    }

    /** What was asked. */
    @FunctionalInterface
    public interface Asked {
        /**
         * The request.
         *
         * @throws MalformedException with the status for the client, if it is none or is not taken
         */
        RequestHead head() throws MalformedException;
    }

    private final Connection connection;
    private final Buffers buffers;
    private final InstantSource clock;
    private final boolean server;
    private final FrameWriter writer;
    private final SendWindows windows = new SendWindows();
    private final ReceiveWindow receives = new ReceiveWindow();
    private final Map<Integer, Http2Stream> streams = new ConcurrentHashMap<>();
    private final FrameReader reader;
    private final Incoming incoming;
    private final PeerSettings peer = new PeerSettings(this);
    private int nextId = 1;
    private volatile boolean over;
    private volatile boolean leaving;
    private volatile boolean parted;

    private Http2Connection(Connection connection, Buffers buffers, InstantSource clock, @Nullable Terms terms) {
        this.connection = connection;
        this.buffers = buffers;
        this.clock = clock;
        this.server = terms != null;
        this.writer = new FrameWriter(connection, buffers);
        this.incoming = new Incoming(this, terms);
        this.reader = new FrameReader(connection, buffers, incoming.parser());
    }

    /** With a client, whose preface comes first. */
    public static Http2Connection withClient(Connection connection, Buffers buffers, InstantSource clock, Terms terms) throws IOException {
        return new Http2Connection(connection, buffers, clock, terms).begin(terms.settings());
    }

    /** With a destination. */
    public static Http2Connection withDestination(Connection connection, Buffers buffers, InstantSource clock) throws IOException {
        return new Http2Connection(connection, buffers, clock, null).begin(Terms.settingsForDestination());
    }

    /** Reads what the peer says until the connection is over. */
    public void read() throws IOException {
        try {
            try {
                reader.hearUntil(() -> over);
            } catch (IllegalArgumentException _) {
                // Of the target of a CONNECT the parser throws this in the midst of a frame.
                goAway(ErrorCode.PROTOCOL_ERROR, "a target that cannot be read");
            } finally {
                end(new IOException("the connection is over"));
            }
            connection.deadline(clock.instant().plus(TO_HEAR_IT));
            reader.hearInVain();
        } catch (IOException e) {
            // Behind our good-bye nothing is missed; where TLS has no half-close, saying it has closed the connection.
            if (!parted) {
                throw e;
            }
        }
    }

    /** Says what is said first. */
    private Http2Connection begin(Map<Integer, Integer> settings) throws IOException {
        if (!server) {
            writer.put(new PrefaceFrame());
        }
        writer.put(new SettingsFrame(settings, false));
        writer.put(new WindowUpdateFrame(0, ReceiveWindow.OF_ALL - FIRST_WINDOW));
        writer.flush();
        return this;
    }

    /** Writes what the connection has to say of itself, until it is over. */
    public void write() throws IOException {
        writer.run();
    }

    /** Begins a request to the destination. */
    public Http2Stream ask(RequestHead head, boolean tls) throws IOException {
        // Ids must go up on the wire.
        synchronized (writer) {
            if (!isUsable()) {
                throw new IOException("the connection is over");
            }
            Http2Stream stream = enter(nextId);
            nextId += 2;
            stream.ask(head, tls);
            return stream;
        }
    }

    /** A new stream, whose window no other change of the peer's can have missed. */
    Http2Stream enter(int id) {
        synchronized (windows) {
            Http2Stream stream = new Http2Stream(this, id, windows.ofEach());
            streams.put(id, stream);
            return stream;
        }
    }

    /** Whether the peer takes requests for tunnels; waits until it has said that (RFC 8441 section 3). */
    public boolean takesTunnels(Duration limit) {
        return peer.takesTunnels(limit);
    }

    /** Whether it takes another stream. */
    public boolean isUsable() {
        return !over && !leaving;
    }

    /**
     * Looks what has been waited for for too long.
     *
     * @param stuck how long the peer may read nothing
     */
    public void look(Instant now, Duration stuck) {
        for (Http2Stream stream : List.copyOf(streams.values())) {
            if (stream.isLate(now)) {
                reset(stream, ErrorCode.CANCEL_STREAM_ERROR, new SocketTimeoutException("nothing has moved for too long"));
            }
        }
        if (writer.isStuck(stuck)) {
            connection.abort();
        }
    }

    /** Says that it is over, and why; no error. */
    public void goAway(String why) {
        goAway(ErrorCode.NO_ERROR, why);
    }

    /** Says that no more is taken, and why. The connection is over when it has been said. */
    void goAway(ErrorCode error, String why) {
        if (over) {
            return;
        }
        over = true;
        parted = true;
        // First, so that no stream says anything behind it.
        breakOff(new IOException(why));
        say(new GoAwayFrame(incoming.last(), error.code, why.getBytes(StandardCharsets.US_ASCII)));
        writer.end();
        if (error == ErrorCode.NO_ERROR) {
            // The reader waits for a peer that has nothing to say.
            connection.deadline(clock.instant().plus(TO_HEAR_IT));
        }
    }

    private void end(IOException why) {
        over = true;
        breakOff(why);
        writer.end();
    }

    private void breakOff(IOException why) {
        peer.end();
        for (Http2Stream stream : List.copyOf(streams.values())) {
            stream.fail(why);
        }
        streams.clear();
    }

    // ---- for the streams and the frames that come

    Buffers buffers() {
        return buffers;
    }

    FrameWriter writer() {
        return writer;
    }

    ReceiveWindow receives() {
        return receives;
    }

    PeerSettings peer() {
        return peer;
    }

    SendWindows windows() {
        return windows;
    }

    Map<Integer, Http2Stream> streams() {
        return streams;
    }

    boolean isServer() {
        return server;
    }

    /** The peer opens no more streams, or takes none. */
    void leaves() {
        leaving = true;
    }

    void say(Frame frame) {
        try {
            writer.say(frame);
        } catch (TooManyWordsException e) {
            connection.abort();
        }
    }

    /** All that there is to say on a stream is said. */
    void said(Http2Stream stream) {
        if (stream.isOver()) {
            remove(stream);
        }
    }

    void remove(Http2Stream stream) {
        streams.remove(stream.id(), stream);
    }

    void reset(Http2Stream stream, ErrorCode error, IOException why) {
        if (streams.containsKey(stream.id())) {
            // Before it is gone: the reader must find it here or there.
            incoming.brokenOff(stream.id());
        }
        boolean begun = streams.remove(stream.id(), stream);
        // First, so that nothing of it follows the frame that says so.
        stream.fail(why);
        if (begun) {
            say(new ResetFrame(stream.id(), error.code));
        }
    }

    /** So many bytes of a stream have been passed on. */
    void credit(Http2Stream stream, int bytes) {
        int more = stream.received().credit(bytes);
        if (more > 0) {
            say(new WindowUpdateFrame(stream.id(), more));
        }
    }

    /** So many bytes have been taken out, of whichever stream, or dropped. */
    void taken(int bytes) {
        int more = receives.passed(bytes);
        if (more > 0) {
            say(new WindowUpdateFrame(0, more));
        }
    }
}
