package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.Limits;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.plugins.http.wire.ResponseReader;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection of HTTP/1.1 to a destination, for one exchange. */
final class DestinationConnection extends Http1Side implements DestinationSide {

    private final Session.@Nullable Peer peer;
    private final Consumer<Connection> next;
    private final ResponseReader responses;

    /** With which a WebSocket was asked for, for a client that has none; null if none was needed. */
    private @Nullable WebSocketKey key;

    /**
     * A connection.
     *
     * @param peer the host that it leads to, if one was named
     * @param next what becomes of it when it can serve another exchange
     */
    DestinationConnection(Connection connection, Session.@Nullable Peer peer, Consumer<Connection> next, Buffers buffers) {
        super(connection, Side.DESTINATION, buffers);
        this.peer = peer;
        this.next = next;
        this.responses = new ResponseReader(input(), Limits.USUAL);
    }

    @Override
    public Session.@Nullable Peer peer() {
        return peer;
    }

    @Override
    public void ask(RequestHead head) throws IOException {
        if (!WebSocketKey.isMissing(head.fields())) {
            output().head(head);
            return;
        }
        WebSocketKey own = WebSocketKey.fresh();
        key = own;
        output().head(head.with(own.with(head.fields())));
    }

    @Override
    public ResponseHead answer(boolean answersHead) throws IOException {
        ResponseHead answer = responses.head(answersHead);
        if (answer.status() == 101 && key != null && !key.isAnsweredBy(answer.fields())) {
            throw FailedException.unchanged("the destination's Sec-WebSocket-Accept is not the answer to its Sec-WebSocket-Key");
        }
        return answer;
    }

    @Override
    public BodyReader body() {
        return responses;
    }

    @Override
    public void abort() {
        connection().abort();
    }

    @Override
    public void rest() {
        input().consumeAll();
        restBuffers();
    }

    @Override
    public void settle(boolean clean) {
        boolean serves = clean && input().here() == 0;
        rest();
        if (serves) {
            next.accept(connection());
        } else {
            connection().close();
        }
    }
}
