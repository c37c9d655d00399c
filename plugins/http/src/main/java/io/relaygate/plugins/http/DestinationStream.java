package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.h2.Http2Connection;
import io.relaygate.plugins.http.h2.Http2Stream;
import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.BodyWriter;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.NoBody;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One request on a destination's connection of HTTP/2, beside others. */
final class DestinationStream implements DestinationSide {

    private final Http2Connection connection;
    private final Session.@Nullable Peer peer;
    private final boolean https;
    private final Duration patience;
    private Input.BeforeWaiting before = () -> {};

    /** Both are there before the request is; then they are the stream's. */
    private @Nullable Http2Stream stream;

    private @Nullable Instant deadline;

    /** What it was asked for in the place of an ordinary answer; null if for nothing else. */
    private @Nullable Fields tunnel;

    /**
     * A request to come.
     *
     * @param peer the host that the connection leads to, if one was named
     * @param patience how long it is waited for the destination to say whether it takes tunnels
     */
    DestinationStream(Http2Connection connection, Session.@Nullable Peer peer, boolean https, Duration patience) {
        this.connection = connection;
        this.peer = peer;
        this.https = https;
        this.patience = patience;
    }

    @Override
    public Session.@Nullable Peer peer() {
        return peer;
    }

    @Override
    public void ask(RequestHead head) throws IOException {
        String wanted = head.fields().first("Upgrade");
        if (wanted != null) {
            if (!connection.takesTunnels(patience)) {
                throw FailedException.unchanged("the destination takes no " + wanted + " over HTTP/2 (RFC 8441)");
            }
            tunnel = head.fields();
        }
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
        return tunnel == null ? stream() : NoBody.OF_A_TUNNEL;
    }

    @Override
    public BodyReader fromTunnel() {
        return stream();
    }

    @Override
    public BodyWriter toTunnel() {
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
        ResponseHead answer = stream().answer();
        return tunnel == null || answer.status() / 100 != 2 ? answer : changed(tunnel, answer);
    }

    /** As HTTP/1.1 would say it. */
    private static ResponseHead changed(Fields asked, ResponseHead answer) {
        Fields fields = answer.fields().remove("Content-Length").add("Upgrade", String.valueOf(asked.first("Upgrade")));
        WebSocketKey.answer(asked, fields);
        return new ResponseHead(101, "Switching Protocols", answer.version(), fields, Framing.NONE);
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
