package io.relaygate.relay.server;

import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.relay.server.Exchange.Outcome;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP requests that one listener has been handed, by id, and their answers on its control channel. A response and its
 * body come on one thread; requests on any.
 */
final class HandedRequests {

    private static final Logger LOG = LoggerFactory.getLogger(HandedRequests.class);

    private final Map<String, Exchange> byId = new ConcurrentHashMap<>();

    /** The response whose body is the next message. */
    private @Nullable Response begun;

    void add(Exchange exchange) {
        byId.put(exchange.id(), exchange);
    }

    void remove(Exchange exchange) {
        byId.remove(exchange.id());
    }

    /** A response has come. */
    void answer(Response response) {
        if (response.body()) {
            begun = response;
        } else {
            end(response.requestId(), new Outcome.Answered(response, new byte[0]));
        }
    }

    /** A binary message has come: the body of the response before it. */
    void body(ByteBuffer bytes) {
        Response response = begun;
        begun = null;
        if (response == null) {
            LOG.atInfo().log("binary message ignored: no response announced it");
            return;
        }
        byte[] body = new byte[bytes.remaining()];
        bytes.get(body);
        end(response.requestId(), new Outcome.Answered(response, body));
    }

    /** A text message has come: a response that announced a body does not get it any more. */
    void noBody() {
        Response response = begun;
        begun = null;
        if (response != null) {
            end(response.requestId(), new Outcome.Given(Answer.BAD_RESPONSE));
        }
    }

    /** The listener has left: whose rendezvous is being opened needs it no more. */
    void lost() {
        byId.values().stream().filter(Exchange::claim).forEach(e -> e.end(new Outcome.Given(Answer.LISTENER_LOST)));
    }

    private void end(String id, Outcome how) {
        Exchange exchange = byId.remove(id);
        if (exchange == null || !exchange.end(how)) {
            LOG.atDebug().addKeyValue("request", id).log("response ignored: nobody waits for it");
        }
    }
}
