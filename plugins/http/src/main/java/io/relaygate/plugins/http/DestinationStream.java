package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.h2.Http2Connection;
import io.relaygate.plugins.http.h2.Http2Stream;
import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.BodyWriter;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One request on a destination's connection of HTTP/2, beside others. */
final class DestinationStream implements DestinationSide {

    private final Http2Connection connection;
    private final Session.@Nullable Peer peer;
    private final boolean https;
    private Input.BeforeWaiting before = () -> {};

    /** Both are there before the request is; then they are the stream's. */
    private @Nullable Http2Stream stream;

    private @Nullable Instant deadline;

    DestinationStream(Http2Connection connection, Session.@Nullable Peer peer, boolean https) {
        this.connection = connection;
        this.peer = peer;
        this.https = https;
    }

    @Override
    public Session.@Nullable Peer peer() {
        return peer;
    }

    @Override
    public void ask(RequestHead head) throws IOException {
        Http2Stream begun = connection.ask(head, https);
        begun.beforeWaiting(before);
        synchronized (this) {
            stream = begun;
            begun.deadline(deadline);
        }
    }

    private synchronized Http2Stream stream() {
        return Objects.requireNonNull(stream);
    }

    @Override
    public BodyWriter output() {
        return stream();
    }

    @Override
    public void flush() throws LostException {
        try {
            stream().flush();
        } catch (IOException e) {
            throw new LostException(Side.DESTINATION, e);
        }
    }

    @Override
    public void beforeWaiting(Input.BeforeWaiting now) {
        before = now;
        Http2Stream known;
        synchronized (this) {
            known = stream;
        }
        if (known != null) {
            known.beforeWaiting(now);
        }
    }

    @Override
    public ResponseHead answer(boolean answersHead) throws IOException {
        return stream().answer();
    }

    @Override
    public BodyReader body() {
        return stream();
    }

    @Override
    public synchronized void deadline(@Nullable Instant instant) {
        deadline = instant;
        if (stream != null) {
            stream.deadline(instant);
        }
    }

    @Override
    public void abort() {
        Http2Stream known;
        synchronized (this) {
            known = stream;
        }
        if (known != null) {
            known.cancel();
        }
    }

    @Override
    public void rest() {}

    @Override
    public void settle(boolean clean) {
        if (!clean) {
            abort();
        }
        stream().close();
    }
}
