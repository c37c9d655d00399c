package io.relaygate.relay;

import io.relaygate.net.Link;
import io.relaygate.net.WebSocket;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.ControlMessage.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP requests that have come over a control channel and are not answered. A request and its body come on one thread; the
 * rest may be called from any.
 */
final class ControlRequests {

    private static final byte[] NONE = {};
    private static final Logger LOG = LoggerFactory.getLogger(ControlRequests.class);

    private final AzureRelay relay;
    private final String hybridConnection;
    private final WebSocket channel;
    private final Consumer<Offer> arrivals;
    private final Set<RequestOffer> open = ConcurrentHashMap.newKeySet();

    /** The request whose body is the next message. */
    private @Nullable Request begun;

    ControlRequests(AzureRelay relay, String hybridConnection, WebSocket channel, Consumer<Offer> arrivals) {
        this.relay = relay;
        this.hybridConnection = hybridConnection;
        this.channel = channel;
        this.arrivals = arrivals;
    }

    /** A request has come. */
    void request(Request request) {
        if (request.call() != null && request.call().body()) {
            begun = request;
        } else {
            offer(request, NONE);
        }
    }

    /** A binary message has come: the body of the request before it. */
    void body(ByteBuffer bytes) {
        Request request = begun;
        begun = null;
        if (request == null) {
            ignored("binary message ignored: no request announced it");
            return;
        }
        byte[] body = new byte[bytes.remaining()];
        bytes.get(body);
        offer(request, body);
    }

    /** A text message has come: a request that announced a body does not get it any more. */
    void noBody() {
        if (begun != null) {
            begun = null;
            ignored("request ignored: its body did not follow");
        }
    }

    private void ignored(String what) {
        LOG.atWarn().addKeyValue("namespace", relay.name()).addKeyValue("hybridConnection", hybridConnection).log(what);
    }

    private void offer(Request request, byte[] body) {
        Announced way = new Announced(request);
        String host = relay.credentials().endpoint().host();
        RequestOffer offer = new RequestOffer(request, body, host, way, relay.threads(), relay.timer());
        way.offer = offer;
        open.add(offer);
        relay.threads().start("request-" + hybridConnection, () -> arrivals.accept(offer));
    }

    /** The channel is lost; returns at once. */
    void lost() {
        open.forEach(offer -> relay.threads().start("request-lost", offer::lost));
    }

    /** The channel is to be closed: what is not answered will be, over rendezvous, which this opens. */
    void leave() {
        List<Thread> opening = open.stream()
                .map(offer -> relay.threads().start("request-leave", offer::leave))
                .toList();
        try {
            for (Thread each : opening) {
                each.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The channel over which a request was announced. */
    private final class Announced implements RequestOffer.Way {

        private final Request request;
        private @Nullable RequestOffer offer;

        Announced(Request request) {
            this.request = request;
        }

        @Override
        public void answer(Response response, byte[] body) throws IOException {
            if (response.body()) {
                channel.send(response.toJson(), body);
            } else {
                channel.sendText(response.toJson());
            }
        }

        @Override
        public Link open(Instant deadline) throws IOException {
            return RendezvousOffer.granted(relay.dialer().rendezvous(request.address(), "", List.of(), deadline));
        }

        @Override
        public void over() {
            if (offer != null) {
                open.remove(offer);
            }
        }
    }
}
