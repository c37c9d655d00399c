package io.relaygate.relay;

import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** HTTP fields that are about one connection, and are not passed on (Hybrid Connections protocol, "Request message"; RFC 9110 section 7.6.1). */
public final class ConnectionFields {

    /** Those that are always; in lower case. */
    public static final Set<String> NAMES = Set.of(
            "connection", "content-length", "te", "trailer", "transfer-encoding", "upgrade", "close");

    private ConnectionFields() {}

    /**
     * Those of one message, in lower case; more may be added.
     *
     * @param named what its Connection field names
     */
    public static Set<String> with(Collection<String> named) {
        Set<String> dropped = new HashSet<>(NAMES);
        named.stream().map(String::strip).filter(name -> !name.isEmpty()).forEach(name -> dropped.add(name.toLowerCase(Locale.ROOT)));
        return dropped;
    }

    /** The fields of a message without some; several of one name are joined, as a relay's messages have one of each. */
    public static Map<String, String> without(Set<String> dropped, HttpHead head) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Field field : head.fields()) {
            if (!dropped.contains(field.name().toLowerCase(Locale.ROOT))) {
                headers.merge(field.name(), field.value(), (one, other) -> one + ", " + other);
            }
        }
        return headers;
    }
}
