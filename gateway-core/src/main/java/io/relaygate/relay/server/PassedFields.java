package io.relaygate.relay.server;

import io.relaygate.net.HttpHead;
import io.relaygate.relay.ConnectionFields;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which HTTP fields are passed on between a sender and a listener (Hybrid Connections protocol, "Request message"). */
final class PassedFields {

    private PassedFields() {}

    /**
     * The fields of a request for the listener, without the token; several of one name are joined.
     *
     * @param authorization whether Authorization is meant for the listener, and was not the token
     */
    static Map<String, String> of(HybridRequest request, boolean authorization) {
        HttpHead head = request.head();
        Set<String> dropped = ConnectionFields.with(head.words("Connection"));
        // The relay has asked for the body by itself.
        dropped.add("expect");
        dropped.add("servicebusauthorization");
        if (!authorization) {
            dropped.add("authorization");
        }
        Map<String, String> headers = ConnectionFields.without(dropped, head);
        addVia(headers, request);
        return headers;
    }

    /** The fields of a listener's response for the sender. */
    static Map<String, String> of(Map<String, String> response, HybridRequest request) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.forEach((name, value) -> {
            if (!ConnectionFields.NAMES.contains(name.toLowerCase(Locale.ROOT))) {
                headers.put(name, value);
            }
        });
        addVia(headers, request);
        return headers;
    }

    private static void addVia(Map<String, String> headers, HybridRequest request) {
        headers.merge("Via", "1.1 " + request.hostName(), (one, other) -> one + ", " + other);
    }
}
