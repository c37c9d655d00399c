package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.h2.Http2Stream;
import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.BodyWriter;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.NoBody;
import io.relaygate.plugins.http.wire.ResponseHead;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One request of a client's connection of HTTP/2. */
final class ClientStream implements ClientSide {

    private final Http2Stream stream;

    ClientStream(Http2Stream stream) {
        this.stream = stream;
    }

    @Override
    public BodyReader body() {
        return stream.isTunnel() ? NoBody.OF_A_TUNNEL : stream;
    }

    @Override
    public BodyReader fromTunnel() {
        return stream;
    }

    @Override
    public BodyWriter toTunnel() {
        return stream;
    }

    @Override
    public void beforeWaiting(Input.BeforeWaiting now) {
        stream.beforeWaiting(now);
    }

    @Override
    public void tell(ResponseHead head) throws IOException {
        stream.tell(head);
    }

    @Override
    public BodyWriter output() {
        return stream;
    }

    @Override
    public void flush() throws LostException {
        try {
            stream.flush();
        } catch (IOException e) {
            throw new LostException(Side.CLIENT, e);
        }
    }

    @Override
    public boolean hasMore() {
        return false;
    }

    @Override
    public void deadline(@Nullable Instant instant) {
        stream.deadline(instant);
    }

    @Override
    public void requireThere() throws LostException {
        try {
            stream.requireOpen();
        } catch (IOException e) {
            throw new LostException(Side.CLIENT, e);
        }
    }

    @Override
    public void whenGone(@Nullable Runnable task) {
        stream.whenGone(task == null ? () -> {} : task);
    }

    /** That is always heard. */
    @Override
    public void hearken() {}

    @Override
    public void saidAll(Instant until) {
        stream.saidAll();
    }

    @Override
    public void listenInVain() {}

    @Override
    public void breakOff() {
        stream.cancel();
    }

    @Override
    public void close() {
        stream.close();
    }
}
