package io.relaygate.relay.server;

import io.relaygate.net.BadHeadException;
import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.relay.PercentText;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request of the Hybrid Connections protocol: a handshake, {@code /$hc/PATH?sb-hc-action=..&..}, or an HTTP request to a
 * listener, {@code /PATH?..}. Parameters of the relay's own begin with {@code sb-hc-} and are not passed on.
 *
 * @param head the request as it came
 * @param host the Host field, port included
 * @param rawPath what follows {@code /$hc/} or {@code /}, as sent, without a slash at its end
 * @param path the same, decoded
 * @param parameters the relay's own, decoded; names compare without case
 * @param query the rest of the query, as sent
 * @param address the sender's or listener's IP address
 * @param port its port
 */
record HybridRequest(
        HttpHead head,
        String host,
        String rawPath,
        String path,
        Map<String, String> parameters,
        String query,
        String address,
        int port) {

    private static final Pattern HOST = Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");
    private static final Pattern GUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Set<String> PREFIXES = Set.of("/$hc/", "/%24hc/");
    private static final String OWN = "sb-hc-";
    private static final String AUTHORIZATION = "ServiceBusAuthorization";

    /** Whether the target of a request is the protocol's. */
    static boolean isHybrid(HttpHead head) {
        return PREFIXES.stream().anyMatch(head.target()::startsWith);
    }

    /**
     * Reads a handshake, whose target is the protocol's.
     *
     * @throws BadHeadException 400, if host or path cannot be
     */
    static HybridRequest read(HttpHead head, String address, int port) throws BadHeadException {
        HybridRequest request = read(head, head.target().indexOf('/', 1) + 1, address, port);
        if (Arrays.stream(request.path.split("/", -1)).anyMatch(String::isEmpty)) {
            throw new BadHeadException(400, "the path is malformed");
        }
        return request;
    }

    /**
     * Reads an HTTP request to a listener, to whom empty segments of the path may mean something.
     *
     * @throws BadHeadException 400, if host or path cannot be
     */
    static HybridRequest readHttp(HttpHead head, String address, int port) throws BadHeadException {
        if (!head.target().startsWith("/")) {
            throw new BadHeadException(400, "the target is no path");
        }
        return read(head, 1, address, port);
    }

    private static HybridRequest read(HttpHead head, int start, String address, int port) throws BadHeadException {
        String host = head.field("Host");
        if (host == null || !HOST.matcher(host).matches()) {
            throw new BadHeadException(400, "the Host field is malformed");
        }
        String target = head.target();
        int question = target.indexOf('?');
        if (target.indexOf('#') >= 0) {
            throw new BadHeadException(400, "the target has a fragment");
        }
        String all = question < 0 ? target : target.substring(0, question);
        String rawPath = all.substring(start);
        while (rawPath.endsWith("/")) {
            rawPath = rawPath.substring(0, rawPath.length() - 1);
        }
        String path = PercentText.decode(rawPath);
        boolean odd = Arrays.stream(path.split("/", -1)).anyMatch(s -> s.equals(".") || s.equals(".."));
        if (odd || path.chars().anyMatch(c -> c < ' ' || c == 127)) {
            throw new BadHeadException(400, "the path is malformed");
        }
        Map<String, String> own = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        StringJoiner rest = new StringJoiner("&");
        for (String parameter : (question < 0 ? "" : target.substring(question + 1)).split("&", -1)) {
            if (parameter.regionMatches(true, 0, OWN, 0, OWN.length())) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? parameter : parameter.substring(0, equals);
                String value = equals < 0 ? "" : parameter.substring(equals + 1);
                own.put(name, PercentText.decode(value.replace('+', ' ')));
            } else if (!parameter.isEmpty()) {
                rest.add(parameter);
            }
        }
        return new HybridRequest(
                head, host, rawPath, path, Collections.unmodifiableMap(own), rest.toString(), address, port);
    }

    /** {@code listen}, {@code connect}, {@code accept}, or whatever was sent. */
    String action() {
        return parameters.getOrDefault("sb-hc-action", "");
    }

    /** The token, from the header or from the query, or null. */
    @Nullable String token() {
        String header = head.field(AUTHORIZATION);
        return header != null ? header : parameters.get("sb-hc-token");
    }

    /** As {@link #token}, but for an HTTP request Authorization is asked last, which may be meant for the listener. */
    @Nullable String httpToken() {
        String token = token();
        return token != null ? token : head.field("Authorization");
    }

    /** The target for the listener: path and query as sent, without the relay's own parameters. */
    String target() {
        String all = head.target().split("\\?", 2)[0];
        return query.isEmpty() ? all : all + "?" + query;
    }

    /** The id that the client gave, if it is a GUID. */
    @Nullable String guid() {
        String id = parameters.get("sb-hc-id");
        return id != null && GUID.matcher(id).matches() ? id : null;
    }

    /** Who listens, so far as it can be told apart from others at its address: by its id, if it gave one. */
    String listener(String hybridConnection) {
        String id = guid();
        return address + " " + hybridConnection + " " + (id == null ? "" : id);
    }

    /** The Host field without a port. */
    String hostName() {
        return host.startsWith("[") ? host.substring(0, host.indexOf(']') + 1) : host.split(":", 2)[0];
    }

    /** What was asked for, for people: {@code sb://host/path}. */
    String resource() {
        return "sb://" + hostName() + "/" + (rawPath.length() > 300 ? rawPath.substring(0, 300) : rawPath);
    }

    /** The first sub-protocol that was offered, or null. */
    @Nullable String firstProtocol() {
        return head.words("Sec-WebSocket-Protocol").stream().findFirst().orElse(null);
    }

    /** The fields to pass on, without the token; several of one name are joined. */
    Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Field field : head.fields()) {
            if (!field.name().equalsIgnoreCase(AUTHORIZATION)) {
                headers.merge(field.name(), field.value(), (one, other) -> one + ", " + other);
            }
        }
        return headers;
    }
}
