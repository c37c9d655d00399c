package io.relaygate.relay;

import io.relaygate.net.HttpHead;
import io.relaygate.relay.ControlMessage.Call;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** HTTP requests that a relay hands over, as HTTP/1.1 says them (RFC 9112), and the fields of the answer for the relay. */
final class Http1 {

    /** Of one connection too, though a relay passes them on. */
    private static final Set<String> OF_OLD_CLIENTS = Set.of("keep-alive", "proxy-connection");

    /** The relay has asked for the body, and whoever answers does not see the token. */
    private static final Set<String> OF_THE_RELAY = Set.of("expect", "servicebusauthorization");

    /** Without a body, these say that they have none (RFC 9110 section 8.6). */
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    private Http1() {}

    /**
     * The head of a request up to the fields about its body.
     *
     * @param host of a request that says none
     * @throws RefusedException MALFORMED, if no request can be like this
     */
    static String begin(Call call, String host) throws RefusedException {
        if (!HttpHead.isToken(call.method()) || call.method().equals("CONNECT")) {
            throw new RefusedException(Reason.MALFORMED, "the request has a method that cannot be");
        }
        if (!call.target().startsWith("/")) {
            throw new RefusedException(Reason.MALFORMED, "the target of the request is no path");
        }
        StringBuilder head = new StringBuilder(call.method())
                .append(' ')
                .append(call.target().chars().allMatch(c -> c > ' ' && c < 127) ? call.target() : PercentText.makeSafe(call.target()))
                .append(" HTTP/1.1\r\n");
        if (!call.headers().containsKey("Host")) {
            field(head, "Host", host);
        }
        Set<String> dropped = dropped(List.of(call.headers().getOrDefault("Connection", "").split(",", -1)));
        for (Map.Entry<String, String> field : call.headers().entrySet()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (dropped.contains(name) || OF_THE_RELAY.contains(name)) {
                continue;
            }
            if (!HttpHead.isToken(name) || !isValue(field.getValue())) {
                throw new RefusedException(Reason.MALFORMED, "the request has a field that cannot be");
            }
            field(head, field.getKey(), field.getValue());
        }
        return field(head, "Connection", "close").toString();
    }

    /**
     * The whole head.
     *
     * @param begun what {@link #begin} has made
     * @param length of the body, or -1 if only its end will tell
     */
    static byte[] head(String begun, String method, long length) {
        StringBuilder head = new StringBuilder(begun);
        if (length < 0) {
            field(head, "Transfer-Encoding", "chunked");
        } else if (length > 0 || WITH_BODY.contains(method)) {
            field(head, "Content-Length", Long.toString(length));
        }
        return head.append("\r\n").toString().getBytes(charset(head));
    }

    /** What came in single bytes goes out so; what only JSON can say goes out as UTF-8. */
    private static Charset charset(CharSequence text) {
        return text.chars().allMatch(c -> c <= 0xff) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
    }

    /** The fields of a response that are not about its connection; several of one name are joined, as the relay has one of each. */
    static Map<String, String> passed(HttpHead response) {
        return ConnectionFields.without(dropped(response.words("Connection")), response);
    }

    private static Set<String> dropped(List<String> named) {
        Set<String> dropped = ConnectionFields.with(named);
        dropped.addAll(OF_OLD_CLIENTS);
        return dropped;
    }

    private static boolean isValue(String value) {
        return value.chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 127);
    }

    private static StringBuilder field(StringBuilder head, String name, String value) {
        return head.append(name).append(": ").append(value).append("\r\n");
    }
}
