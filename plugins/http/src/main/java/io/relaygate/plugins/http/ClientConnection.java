package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.Limits;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.RequestReader;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A client's connection of HTTP/1.1: requests in, responses out, one after the other. */
final class ClientConnection extends Http1Side implements ClientSide {

    private static final int MOST_IN_VAIN = 256 * 1024;

    private final RequestReader requests;
    private final Hearkening hearkening;

    /** Whether the last request wants to speak something else: what comes next is then nobody's business here. */
    private boolean changes;

    ClientConnection(Session session, Connection connection, HttpHandler route) {
        super(connection, Side.CLIENT, route.buffers());
        HttpSettings.Limits limits = route.settings().limits();
        this.requests = new RequestReader(input(), new Limits(limits.line(), limits.head(), limits.fields()));
        this.hearkening = new Hearkening(session, connection);
    }

    /** The next request. */
    RequestHead head() throws IOException {
        RequestHead head = requests.head();
        changes = head.fields().has("Upgrade");
        return head;
    }

    /** Waits for the first byte of a request, without a buffer; false if the client wants nothing more. */
    boolean awaitMore() throws IOException {
        hearkening.awaitEnd();
        return connection().peek(1).hasRemaining();
    }

    /** Hears clients leave whose requests have waited until now. */
    void look() {
        hearkening.look();
    }

    @Override
    public BodyReader body() {
        return requests;
    }

    @Override
    public void tell(ResponseHead head) throws IOException {
        output().head(head);
    }

    @Override
    public boolean hasMore() {
        return input().here() > 0;
    }

    @Override
    public void requireThere() throws LostException {
        IOException left = hearkening.left();
        if (left != null) {
            throw new LostException(Side.CLIENT, left);
        }
    }

    @Override
    public void whenGone(@Nullable Runnable task) {
        hearkening.during(task);
    }

    /** What has come already is the next request, which says nothing of whether it waits for this one's answer. */
    @Override
    public void hearken() {
        if (!hasMore() && !changes) {
            hearkening.begin();
        }
    }

    @Override
    public void saidAll(Instant until) throws IOException {
        connection().deadline(until);
        connection().finish();
    }

    @Override
    public void listenInVain() throws IOException {
        hearkening.awaitEnd();
        byte[] unheard = new byte[4096];
        int all = 0;
        for (int n = 0; n >= 0 && all < MOST_IN_VAIN; n = connection().in().read(unheard)) {
            all += n;
        }
    }

    @Override
    public void breakOff() {
        connection().abort();
    }

    @Override
    public void close() {
        connection().close();
    }
}
