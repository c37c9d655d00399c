package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.Limits;
import io.relaygate.plugins.http.wire.Output;
import io.relaygate.plugins.http.wire.ResponseReader;
import io.relaygate.sdk.Connection;
import java.io.IOException;

/** A connection to a destination for one exchange: a request out, responses in. */
final class DestinationSide {

    private final Connection connection;
    private final boolean lent;
    private final Input input;
    private final Output output;
    private final ResponseReader responses;

    /**
     * A connection.
     *
     * @param lent whether it can be given back
     */
    DestinationSide(Connection connection, boolean lent, Buffers buffers) throws IOException {
        this.connection = connection;
        this.lent = lent;
        this.input = new Input(connection.in(), buffers);
        this.output = new Output(connection.out(), buffers);
        this.responses = new ResponseReader(input, Limits.USUAL);
    }

    Connection connection() {
        return connection;
    }

    boolean isLent() {
        return lent;
    }

    Input input() {
        return input;
    }

    Output output() {
        return output;
    }

    ResponseReader responses() {
        return responses;
    }

    /** Sends what was gathered for the destination. */
    void flush() throws LostException {
        try {
            output.flush();
        } catch (IOException e) {
            throw new LostException(Side.DESTINATION, e);
        }
    }

    /** Gives the buffers away. Nobody reads or writes any more. */
    void rest() {
        output.rest();
        input.consumeAll();
        input.rest();
    }
}
