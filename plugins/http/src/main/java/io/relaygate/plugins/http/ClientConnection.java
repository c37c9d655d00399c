package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.Limits;
import io.relaygate.plugins.http.wire.Output;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.RequestReader;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A client's connection of HTTP/1.1: requests in, responses out, one after the other. */
final class ClientConnection implements ClientSide {

    private static final int MOST_IN_VAIN = 256 * 1024;

    private final Connection connection;
    private final Input input;
    private final Output output;
    private final RequestReader requests;

    ClientConnection(Connection connection, HttpHandler route) throws IOException {
        HttpSettings.Limits limits = route.settings().limits();
        this.connection = connection;
        this.input = new Input(connection.in(), route.buffers());
        this.output = new Output(connection.out(), route.buffers());
        this.requests = new RequestReader(input, new Limits(limits.line(), limits.head(), limits.fields()));
    }

    Connection connection() {
        return connection;
    }

    /** The next request. */
    RequestHead head() throws IOException {
        return requests.head();
    }

    @Override
    public BodyReader body() {
        return requests;
    }

    @Override
    public void beforeWaiting(Input.BeforeWaiting now) {
        input.before(now);
    }

    @Override
    public void tell(ResponseHead head) throws IOException {
        output.head(head);
    }

    @Override
    public Output output() {
        return output;
    }

    @Override
    public void flush() throws LostException {
        try {
            output.flush();
        } catch (IOException e) {
            throw new LostException(Side.CLIENT, e);
        }
    }

    @Override
    public boolean hasMore() {
        return input.here() > 0;
    }

    @Override
    public void deadline(@Nullable Instant instant) {
        connection.deadline(instant);
    }

    @Override
    public void requireThere() {}

    /** Nobody reads while the destination thinks: what comes may be the next request. */
    @Override
    public void whenGone(Runnable task) {}

    @Override
    public void saidAll(Instant until) throws IOException {
        connection.deadline(until);
        connection.finish();
    }

    @Override
    public void listenInVain() throws IOException {
        byte[] unheard = new byte[4096];
        int all = 0;
        for (int n = 0; n >= 0 && all < MOST_IN_VAIN; n = connection.in().read(unheard)) {
            all += n;
        }
    }

    @Override
    public void close() {
        connection.close();
    }

    /** What has come behind the request, and is none. */
    void drainTo(OutputStream out) throws IOException {
        input.drainTo(out);
    }

    /** Gives the buffers away that nothing is in. */
    void rest() {
        output.rest();
        input.rest();
    }
}
