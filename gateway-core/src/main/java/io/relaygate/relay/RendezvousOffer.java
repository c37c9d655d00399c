package io.relaygate.relay;

import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Link;
import io.relaygate.net.WebSocketLink;
import io.relaygate.relay.Dialer.Opened;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A sender that waits at a relay on the wire. Holds nothing open until it is accepted or rejected. */
final class RendezvousOffer implements Offer {

    private static final Duration REJECT_LIMIT = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(RendezvousOffer.class);

    private final Dialer dialer;
    private final String hybridConnection;
    private final ControlMessage.Accept accept;
    private final AtomicBoolean answered = new AtomicBoolean();

    RendezvousOffer(Dialer dialer, String hybridConnection, ControlMessage.Accept accept) {
        this.dialer = dialer;
        this.hybridConnection = hybridConnection;
        this.accept = accept;
    }

    @Override
    public @Nullable String service() {
        String path = pathOf(accept.address());
        String prefix = "/$hc/" + hybridConnection + "/";
        if (path.regionMatches(true, 0, prefix, 0, prefix.length()) && path.length() > prefix.length()) {
            return PercentText.decode(path.substring(prefix.length()));
        }
        return accept.headers().get(RelayHeaders.SERVICE);
    }

    @Override
    public Map<String, String> headers() {
        return accept.headers();
    }

    @Override
    public String remote() {
        String address = accept.remoteAddress();
        if (address.isEmpty()) {
            return "unknown";
        }
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + accept.remotePort();
    }

    @Override
    public Link accept(Instant deadline) throws IOException {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("this sender has been accepted or rejected already");
        }
        // Official listeners choose the first sub-protocol that the sender offers.
        String offered = accept.headers().get("Sec-WebSocket-Protocol");
        String protocol = offered == null ? "" : offered.split(",", 2)[0].strip();
        List<Field> fields = protocol.isEmpty() ? List.of() : List.of(new Field("Sec-WebSocket-Protocol", protocol));
        // The relay may say that the sender goes away where it has finished; who breaks off sends no close frame.
        return WebSocketLink.listener(granted(open("", fields, deadline)));
    }

    /** The connection, if the relay has agreed. */
    static Link granted(Opened opened) throws IOException {
        if (opened.granted()) {
            return opened.link();
        }
        opened.link().close();
        throw new IOException("the relay refuses the rendezvous: " + opened.answer().status() + " "
                + opened.answer().reason());
    }

    @Override
    public void reject(int status, String reason) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("a rejection has a status of 400 to 599, not " + status);
        }
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        String more = "&sb-hc-statusCode=" + status + "&sb-hc-statusDescription="
                + PercentText.encode(Refusal.text(reason));
        try {
            open(more, List.of(), Instant.now().plus(REJECT_LIMIT)).link().close();
        } catch (IOException e) {
            // The sender has left or will time out; it learns nothing better then.
            LOG.atDebug().addKeyValue("hybridConnection", hybridConnection).log("not rejected: {}", e.getMessage());
        }
    }

    private Opened open(String more, List<Field> fields, Instant deadline) throws IOException {
        return dialer.rendezvous(accept.address(), more, fields, deadline);
    }

    private static String pathOf(String address) {
        int authority = address.indexOf("://") + 3;
        int path = address.indexOf('/', authority);
        int query = address.indexOf('?', authority);
        return path < 0 || (query >= 0 && query < path) ? "" : address.substring(path, query < 0 ? address.length() : query);
    }
}
