package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.BodyWriter;
import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.Output;
import io.relaygate.plugins.http.wire.RawReader;
import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What both sides of HTTP/1.1 are: a connection, and what has come and what goes. */
abstract sealed class Http1Side permits ClientConnection, DestinationConnection {

    private final Connection connection;
    private final Side side;
    private final Input input;
    private final Output output;

    Http1Side(Connection connection, Side side, Buffers buffers) {
        this.connection = connection;
        this.side = side;
        this.input = new Input(connection.in(), buffers);
        this.output = new Output(connection.out(), buffers);
    }

    final Connection connection() {
        return connection;
    }

    final Input input() {
        return input;
    }

    /** Where bodies go. */
    public final Output output() {
        return output;
    }

    /** What to do before each read that may wait. */
    public final void beforeWaiting(Input.BeforeWaiting now) {
        input.before(now);
    }

    /** Sends what was gathered. */
    public final void flush() throws LostException {
        try {
            output.flush();
        } catch (IOException e) {
            throw new LostException(side, e);
        }
    }

    /** When everything that is waited for breaks; null for never. */
    public final void deadline(@Nullable Instant instant) {
        connection.deadline(instant);
    }

    /** What has come behind the last message, and is none. */
    final void drainTo(OutputStream out) throws IOException {
        input.drainTo(out);
    }

    /** What comes once something else is spoken. */
    public final BodyReader fromTunnel() {
        return new RawReader(input, () -> connection.peek(1));
    }

    /** What goes then; its end ends this direction. */
    public final BodyWriter toTunnel() {
        return new BodyWriter() {
            @Override
            public void piece(byte[] from, int offset, int length) throws IOException {
                output.piece(from, offset, length);
            }

            @Override
            public void end(Fields trailers) throws IOException {
                output.flush();
                connection.finish();
            }

            @Override
            public void flush() throws IOException {
                output.flush();
            }
        };
    }

    /** Gives the buffers away that nothing is in. */
    final void restBuffers() {
        output.rest();
        input.rest();
    }
}
