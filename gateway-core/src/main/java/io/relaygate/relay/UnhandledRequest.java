package io.relaygate.relay;

import io.relaygate.net.Link;
import io.relaygate.net.WebSocket;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.relay.Dialer.Opened;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP request to a gateway, which listens for connections only: it is refused as Microsoft's listeners do without a handler. */
public final class UnhandledRequest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int LARGEST_MESSAGE = 256 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(UnhandledRequest.class);

    private UnhandledRequest() {}

    /**
     * What the sender gets.
     *
     * @param requestId the id of the request
     */
    public static Response response(String requestId) {
        return new Response(requestId, 501, "RequestHandler has not been configured", Map.of(), false);
    }

    /** Answers a request: on the control channel if it came there, else where it is to be fetched. */
    static void answer(Request request, WebSocket channel, Dialer dialer) {
        try {
            if (request.call() != null) {
                channel.sendText(response(request.id()).toJson());
            } else {
                answerAtRendezvous(request, dialer);
            }
        } catch (IOException e) {
            // The sender has left or will time out; it learns nothing better then.
            LOG.atDebug().log("HTTP request not refused: {}", e.getMessage());
        }
    }

    private static void answerAtRendezvous(Request request, Dialer dialer) throws IOException {
        Instant deadline = Instant.now().plus(LIMIT);
        Opened opened = dialer.rendezvous(request.address(), "", List.of(), deadline);
        Link link = opened.link();
        if (!opened.granted()) {
            link.close();
            return;
        }
        try (WebSocket rendezvous = WebSocket.client(link, LARGEST_MESSAGE)) {
            rendezvous.deadline(deadline);
            if (rendezvous.receive() instanceof WebSocket.Text) {
                rendezvous.sendText(response(request.id()).toJson());
            }
        }
    }
}
