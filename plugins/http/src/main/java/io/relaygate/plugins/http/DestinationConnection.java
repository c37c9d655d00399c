package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.BodyWriter;
import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.Limits;
import io.relaygate.plugins.http.wire.Output;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.plugins.http.wire.ResponseReader;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection of HTTP/1.1 to a destination, for one exchange. */
final class DestinationConnection implements DestinationSide {

    private final Connection connection;
    private final Session.@Nullable Peer peer;
    private final Consumer<Connection> next;
    private final Input input;
    private final Output output;
    private final ResponseReader responses;

    /**
     * A connection.
     *
     * @param peer the host that it leads to, if one was named
     * @param next what becomes of it when it can serve another exchange
     */
    DestinationConnection(Connection connection, Session.@Nullable Peer peer, Consumer<Connection> next, Buffers buffers) throws IOException {
        this.connection = connection;
        this.peer = peer;
        this.next = next;
        this.input = new Input(connection.in(), buffers);
        this.output = new Output(connection.out(), buffers);
        this.responses = new ResponseReader(input, Limits.USUAL);
    }

    Connection connection() {
        return connection;
    }

    @Override
    public Session.@Nullable Peer peer() {
        return peer;
    }

    @Override
    public void ask(RequestHead head) throws IOException {
        output.head(head);
    }

    @Override
    public BodyWriter output() {
        return output;
    }

    @Override
    public void flush() throws LostException {
        try {
            output.flush();
        } catch (IOException e) {
            throw new LostException(Side.DESTINATION, e);
        }
    }

    @Override
    public void beforeWaiting(Input.BeforeWaiting now) {
        input.before(now);
    }

    @Override
    public ResponseHead answer(boolean answersHead) throws IOException {
        return responses.head(answersHead);
    }

    @Override
    public BodyReader body() {
        return responses;
    }

    @Override
    public void deadline(@Nullable Instant instant) {
        connection.deadline(instant);
    }

    @Override
    public void abort() {
        connection.abort();
    }

    /** What has come behind the response, and is none. */
    void drainTo(OutputStream out) throws IOException {
        input.drainTo(out);
    }

    @Override
    public void rest() {
        output.rest();
        input.consumeAll();
        input.rest();
    }

    @Override
    public void settle(boolean clean) {
        boolean serves = clean && input.here() == 0;
        rest();
        if (serves) {
            next.accept(connection);
        } else {
            connection.close();
        }
    }
}
