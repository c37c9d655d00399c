package io.relaygate.plugins.http.h2;

import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.Limits;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.http2.frames.PriorityFrame;
import org.eclipse.jetty.http2.frames.PushPromiseFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.http2.frames.WindowUpdateFrame;
import org.eclipse.jetty.http2.parser.Parser;
import org.eclipse.jetty.http2.parser.ServerParser;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.WindowRateControl;
import org.jspecify.annotations.Nullable;

/** Does what the frames say that come from the peer, on the thread that reads them; never waits. */
final class Incoming implements ServerParser.Listener {

    /** Frames a second that cost us more than the peer: pings, settings, priorities, resets, empty ones, and errors. */
    private static final int MOST_A_SECOND = 256;

    /** The parser counts more of a head than we do. */
    private static final int SLACK = 2;

    private final Http2Connection connection;
    private final Http2Connection.@Nullable Requests requests;
    private final Limits limits;
    private final int mostStreams;
    private final Parser parser;
    private final RecentIds over = new RecentIds();

    /** By us: what the peer says before it hears so is for nobody, and no error (RFC 9113 section 5.1). */
    private final RecentIds brokenOff = new RecentIds();

    private int last;

    /** What comes from clients that have terms, or else from a destination. */
    Incoming(Http2Connection connection, @Nullable Terms terms) {
        this.connection = connection;
        this.requests = terms == null ? null : terms.requests();
        this.limits = terms == null ? Limits.USUAL : terms.limits();
        this.mostStreams = terms == null ? 0 : terms.mostStreams();
        WindowRateControl rate = new WindowRateControl(MOST_A_SECOND, Duration.ofSeconds(1));
        int mostBytes = SLACK * (limits.head() + limits.line());
        this.parser = requests == null
                ? new Parser(ByteBufferPool.NON_POOLING, mostBytes, rate)
                : new ServerParser(ByteBufferPool.NON_POOLING, mostBytes, rate);
        parser.init(this);
    }

    Parser parser() {
        return parser;
    }

    /** We say nothing more on a stream, and hear nothing. Any thread. */
    void brokenOff(int id) {
        brokenOff.add(id);
    }

    /** The last stream of the peer's that something was done for. */
    int last() {
        return last;
    }

    @Override
    public void onHeaders(HeadersFrame frame) {
        int id = frame.getStreamId();
        PriorityFrame priority = frame.getPriority();
        Http2Stream known = connection.streams().get(id);
        if (known == null && brokenOff.has(id)) {
            return;
        }
        Throwable failure = MetaData.Failed.getFailure(frame.getMetaData());
        if (failure != null && failure.getCause() instanceof IllegalArgumentException && requests != null && known == null && !over.has(id)) {
            request(id, frame.isEndStream(), false, requests, () -> {
                throw new MalformedException(400, "the request's target cannot be read");
            });
        } else if (failure != null) {
            begun(id);
            fail(id, ErrorCode.PROTOCOL_ERROR, "fields that HTTP/2 has not");
        } else if (priority != null && priority.getParentStreamId() == id) {
            fail(id, ErrorCode.PROTOCOL_ERROR, "a stream that depends on itself");
        } else if (known != null) {
            more(known, frame);
        } else if (over.has(id)) {
            connection.goAway(ErrorCode.STREAM_CLOSED_ERROR, "a head on a stream that is over");
        } else if (requests != null && frame.getMetaData() instanceof MetaData.Request asked) {
            request(id, frame.isEndStream(), asked.getProtocol() != null, requests, () -> Heads.request(asked, frame.isEndStream(), limits));
        } else {
            connection.goAway(ErrorCode.PROTOCOL_ERROR, "a head on no stream");
        }
    }

    /** A stream that has failed has been, too. */
    private void begun(int id) {
        if (connection.isServer()) {
            last = Math.max(last, id);
        }
    }

    private void request(int id, boolean ends, boolean tunnels, Http2Connection.Requests to, Http2Connection.Asked asked) {
        if (id % 2 == 0 || id <= last) {
            connection.goAway(ErrorCode.PROTOCOL_ERROR, "a stream that is not the client's next");
            return;
        }
        last = id;
        Http2Stream stream = connection.enter(id);
        if (connection.streams().size() > mostStreams) {
            fail(id, ErrorCode.REFUSED_STREAM_ERROR, "more requests at once than are taken");
            return;
        }
        try {
            RequestHead head = asked.head();
            if (tunnels) {
                stream.tunnels();
            }
            stream.received().expect(tunnels ? Framing.CHUNKED : head.body(), ends);
            to.came(stream, () -> head);
        } catch (MalformedException e) {
            stream.received().expect(Framing.CHUNKED, ends);
            to.came(stream, () -> {
                throw e;
            });
        }
    }

    /** A response, or trailers. */
    private void more(Http2Stream stream, HeadersFrame frame) {
        if (stream.received().hasEnded()) {
            connection.goAway(ErrorCode.STREAM_CLOSED_ERROR, "a head behind the end of its stream");
            return;
        }
        try {
            if (frame.getMetaData() instanceof MetaData.Response said) {
                stream.received().came(Heads.response(said, frame.isEndStream(), stream.received().answersHead()), frame.isEndStream());
                ended(stream);
            } else if (frame.isEndStream()) {
                settle(stream, stream.received().came(Heads.trailers(frame.getMetaData(), limits)));
            } else {
                fail(stream.id(), ErrorCode.PROTOCOL_ERROR, "trailers that do not end their stream");
            }
        } catch (MalformedException e) {
            fail(stream.id(), ErrorCode.PROTOCOL_ERROR, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void onData(DataFrame frame) {
        int bytes = frame.flowControlLength();
        if (!connection.receives().comes(bytes)) {
            connection.goAway(ErrorCode.FLOW_CONTROL_ERROR, "more data than there is room for");
            return;
        }
        Http2Stream stream = connection.streams().get(frame.getStreamId());
        if (stream == null) {
            connection.taken(bytes);
            unknown(frame.getStreamId());
            return;
        }
        int data = frame.remaining();
        ErrorCode wrong = stream.received().came(frame.getByteBuffer(), bytes, frame.isEndStream());
        connection.taken(wrong == null ? bytes - data : bytes);
        connection.credit(stream, bytes - data);
        settle(stream, wrong);
    }

    private void settle(Http2Stream stream, @Nullable ErrorCode wrong) {
        if (wrong != null) {
            fail(stream.id(), wrong, "a stream that breaks the rules");
        } else {
            ended(stream);
        }
    }

    private void ended(Http2Stream stream) {
        if (stream.isOver()) {
            connection.remove(stream);
            over.add(stream.id());
        }
    }

    /** Data of a stream that there is not: an error of the stream if it is over, and of the connection if it never was. */
    private void unknown(int id) {
        if (id % 2 == 0 || (connection.isServer() && id > last)) {
            connection.goAway(ErrorCode.PROTOCOL_ERROR, "data on a stream that has not begun");
        } else if (connection.isServer() && !brokenOff.has(id)) {
            fail(id, ErrorCode.STREAM_CLOSED_ERROR, "data on a stream that is over");
        }
    }

    @Override
    public void onReset(ResetFrame frame) {
        Http2Stream stream = connection.streams().remove(frame.getStreamId());
        if (stream != null) {
            over.add(stream.id());
            stream.fail(new IOException("the stream was broken off: " + ErrorCode.toString(frame.getError(), "an error of its own")));
        } else if (connection.isServer() && frame.getStreamId() > last) {
            connection.goAway(ErrorCode.PROTOCOL_ERROR, "a reset of a stream that has not begun");
        }
    }

    @Override
    public void onSettings(SettingsFrame frame) {
        if (!frame.isReply()) {
            connection.peer().came(frame);
        }
    }

    @Override
    public void onPushPromise(PushPromiseFrame frame) {
        connection.goAway(ErrorCode.PROTOCOL_ERROR, "nothing may be pushed");
    }

    @Override
    public void onPing(PingFrame frame) {
        if (!frame.isReply()) {
            connection.say(new PingFrame(frame.getPayload(), true));
        }
    }

    @Override
    public void onGoAway(GoAwayFrame frame) {
        connection.leaves();
        if (!connection.isServer()) {
            for (Http2Stream stream : List.copyOf(connection.streams().values())) {
                if (stream.id() > frame.getLastStreamId() && connection.streams().remove(stream.id(), stream)) {
                    stream.fail(new IOException("the destination takes no more requests on this connection"));
                }
            }
        }
    }

    @Override
    public void onWindowUpdate(WindowUpdateFrame frame) {
        int id = frame.getStreamId();
        Http2Stream stream = connection.streams().get(id);
        if (id == 0) {
            if (!connection.windows().add(frame.getWindowDelta())) {
                connection.goAway(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
            }
        } else if (stream != null) {
            if (!connection.windows().add(stream, frame.getWindowDelta())) {
                fail(id, ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
            }
        } else if (connection.isServer() && id > last) {
            connection.goAway(ErrorCode.PROTOCOL_ERROR, "a window of a stream that has not begun");
        }
    }

    @Override
    public void onPriority(PriorityFrame frame) {
        if (frame.getParentStreamId() == frame.getStreamId()) {
            fail(frame.getStreamId(), ErrorCode.PROTOCOL_ERROR, "a stream that depends on itself");
        }
    }

    @Override
    public void onStreamFailure(int id, int error, String reason) {
        begun(id);
        fail(id, ErrorCode.from(error), reason);
    }

    @Override
    public void onConnectionFailure(int error, String reason) {
        ErrorCode code = ErrorCode.from(error);
        connection.goAway(code == null ? ErrorCode.PROTOCOL_ERROR : code, reason);
    }

    /** An error of one stream, which costs us more than whoever makes it. */
    private void fail(int id, @Nullable ErrorCode error, String why) {
        if (!parser.rateControlOnEvent(why)) {
            connection.goAway(ErrorCode.ENHANCE_YOUR_CALM_ERROR, "too many errors");
            return;
        }
        ErrorCode code = error == null ? ErrorCode.PROTOCOL_ERROR : error;
        Http2Stream stream = connection.streams().get(id);
        if (stream == null) {
            over.add(id);
            connection.say(new ResetFrame(id, code.code));
        } else {
            connection.reset(stream, code, new IOException(why));
        }
    }
}
