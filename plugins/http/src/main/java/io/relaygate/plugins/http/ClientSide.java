package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.Limits;
import io.relaygate.plugins.http.wire.Output;
import io.relaygate.plugins.http.wire.RequestReader;
import io.relaygate.sdk.Connection;
import java.io.IOException;

/** A client's connection: requests in, responses out. */
final class ClientSide {

    private final Connection connection;
    private final Input input;
    private final Output output;
    private final RequestReader requests;

    ClientSide(Connection connection, HttpHandler route) throws IOException {
        HttpSettings.Limits limits = route.settings().limits();
        this.connection = connection;
        this.input = new Input(connection.in(), route.buffers());
        this.output = new Output(connection.out(), route.buffers());
        this.requests = new RequestReader(input, new Limits(limits.line(), limits.head(), limits.fields()));
    }

    Connection connection() {
        return connection;
    }

    Input input() {
        return input;
    }

    Output output() {
        return output;
    }

    RequestReader requests() {
        return requests;
    }

    /** Sends what was gathered for the client. */
    void flush() throws LostException {
        try {
            output.flush();
        } catch (IOException e) {
            throw new LostException(Side.CLIENT, e);
        }
    }

    /** Gives the buffers away that nothing is in. */
    void rest() {
        output.rest();
        input.rest();
    }
}
