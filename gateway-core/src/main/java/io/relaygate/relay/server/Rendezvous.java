package io.relaygate.relay.server;

import io.relaygate.relay.server.Waiting.Outcome;
import io.relaygate.relay.server.Waiting.Request;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The listener's second connection: takes over the sender or the HTTP request whose secret it knows, or rejects it. */
final class Rendezvous {

    /** The parameter with the secret; opaque to everybody else. */
    static final String SECRET = "sb-hc-rendezvous";

    private static final String STATUS = "sb-hc-statusCode";
    private static final String DESCRIPTION = "sb-hc-statusDescription";

    /**
     * The address at which a listener opens it.
     *
     * @param target path and query of the sender, ready for more parameters
     */
    static String address(String host, String target, String action, String id, String secret) {
        return "wss://" + host + "/$hc/" + target + "sb-hc-action=" + action + "&sb-hc-id=" + id + "&" + SECRET + "=" + secret;
    }

    private final Senders senders;
    private final Exchanges exchanges;

    Rendezvous(Senders senders, Exchanges exchanges) {
        this.senders = senders;
        this.exchanges = exchanges;
    }

    /**
     * Answers the listener.
     *
     * @return null if the listener has opened or rejected the sender, else why not
     */
    @Nullable Answer serve(Visitor visitor, HybridRequest request) throws IOException {
        boolean rejects = request.parameters().containsKey(STATUS);
        Waiting sender = senders.redeem(request.parameters().getOrDefault(SECRET, ""));
        if (sender == null || !sender.claim()) {
            return Answer.BAD_RENDEZVOUS;
        }
        if (rejects) {
            sender.end(rejection(request.parameters()));
            visitor.refuse(410, "Gone");
            return null;
        }
        String protocol = request.firstProtocol();
        if (protocol != null && !offers(sender.request(), protocol)) {
            sender.end(new Outcome.Given(Answer.LISTENER_LOST));
            return Answer.refused(400, "The sender has not offered this sub-protocol.");
        }
        try {
            visitor.grant(request.head(), protocol, List.of());
        } catch (IOException e) {
            sender.end(new Outcome.Given(Answer.LISTENER_LOST));
            throw e;
        }
        if (!sender.end(new Outcome.Opened(visitor.link(), protocol))) {
            visitor.link().abort();
        }
        return null;
    }

    /**
     * Answers a listener that fetches an HTTP request, or wants to answer one here.
     *
     * @return null if it was served, else why not
     */
    @Nullable Answer serveRequest(Visitor visitor, HybridRequest request) throws IOException {
        Exchange exchange = exchanges.redeem(request.parameters().getOrDefault(SECRET, ""));
        if (exchange == null || !exchange.claim()) {
            return Answer.BAD_RENDEZVOUS;
        }
        try {
            visitor.grant(request.head(), null, List.of());
        } catch (IOException e) {
            exchange.end(new Exchange.Outcome.Given(Answer.LISTENER_LOST));
            throw e;
        }
        if (!exchange.end(new Exchange.Outcome.Opened(visitor.link()))) {
            visitor.link().abort();
        }
        return null;
    }

    private static boolean offers(Request request, String protocol) {
        String offered = request.headers().getOrDefault("Sec-WebSocket-Protocol", "");
        for (String one : offered.split(",", -1)) {
            if (one.strip().equals(protocol)) {
                return true;
            }
        }
        return false;
    }

    private static Outcome rejection(Map<String, String> parameters) {
        String code = parameters.getOrDefault(STATUS, "");
        int status = code.matches("[45][0-9][0-9]") ? Integer.parseInt(code) : 400;
        String words = parameters.getOrDefault(DESCRIPTION, "");
        return new Outcome.Rejected(status, words.length() > 512 ? words.substring(0, 512) : words);
    }
}
