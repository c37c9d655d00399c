package io.relaygate.net;

import io.relaygate.net.HttpHead.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The opening handshake of a WebSocket (RFC 6455 section 4), as client and as server. No extension is ever agreed. */
public final class WebSocketHandshake {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Set<String> OURS = Set.of(
            "host", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-accept");

    private WebSocketHandshake() {}

    /**
     * Asks for a WebSocket. The caller sets the link's deadline.
     *
     * @param host the value of the Host field
     * @param target path and query, encoded
     * @param fields what to send besides; may hold Sec-WebSocket-Protocol
     * @return the response: with status 101 the link carries frames from here on, with any other the server refused
     *     and a body may follow
     * @throws IOException if the response cannot be understood, or agrees to something that was not asked for
     */
    public static HttpHead ask(Link link, String host, String target, List<Field> fields) throws IOException {
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        List<Field> all = new ArrayList<>();
        all.add(new Field("Host", host));
        all.add(new Field("Connection", "Upgrade"));
        all.add(new Field("Upgrade", "websocket"));
        all.add(new Field("Sec-WebSocket-Version", "13"));
        all.add(new Field("Sec-WebSocket-Key", key));
        all.addAll(without(fields));
        send(link, "GET " + requireVisible(target) + " HTTP/1.1", all);
        HttpHead response = HttpHead.readResponse(link, HttpHead.DEFAULT_LIMIT);
        if (response.status() == 101) {
            check(response, key, fields);
        }
        return response;
    }

    private static void check(HttpHead response, String key, List<Field> asked) throws IOException {
        String accept = response.field("Sec-WebSocket-Accept");
        if (!response.hasWord("Upgrade", "websocket") || !response.hasWord("Connection", "Upgrade")) {
            throw new BadHeadException(400, "the server's response upgrades to something else");
        }
        if (!accept(key).equals(accept)) {
            throw new BadHeadException(400, "the server's Sec-WebSocket-Accept does not fit the key");
        }
        if (!response.words("Sec-WebSocket-Extensions").isEmpty()) {
            throw new BadHeadException(400, "the server uses a WebSocket extension that was not asked for");
        }
        HttpHead request = new HttpHead("", "", "", asked, 0);
        for (String protocol : response.words("Sec-WebSocket-Protocol")) {
            if (!request.words("Sec-WebSocket-Protocol").contains(protocol)) {
                throw new BadHeadException(400, "the server chose a sub-protocol that was not asked for");
            }
        }
    }

    /** Whether a request asks for a WebSocket, well or badly. */
    public static boolean wanted(HttpHead request) {
        return request.hasWord("Upgrade", "websocket");
    }

    /**
     * Checks that a request asks for a WebSocket properly.
     *
     * @throws BadHeadException that says what is wrong: 405 for the method, 426 for the version, else 400
     */
    public static void require(HttpHead request) throws BadHeadException {
        if (!request.method().equals("GET")) {
            throw new BadHeadException(405, "a WebSocket is asked for with GET");
        }
        if (request.field("Host") == null) {
            throw new BadHeadException(400, "the request names no host");
        }
        if (!wanted(request) || !request.hasWord("Connection", "Upgrade")) {
            throw new BadHeadException(400, "the request asks for no WebSocket");
        }
        if (!"13".equals(request.field("Sec-WebSocket-Version"))) {
            throw new BadHeadException(426, "the WebSocket version must be 13");
        }
        String key = request.field("Sec-WebSocket-Key");
        if (key == null || !key.matches("[A-Za-z0-9+/]{22}==")) {
            throw new BadHeadException(400, "Sec-WebSocket-Key must be 16 bytes in base64");
        }
        String length = request.field("Content-Length");
        if ((length != null && !length.equals("0")) || request.field("Transfer-Encoding") != null) {
            throw new BadHeadException(400, "a request for a WebSocket has no body");
        }
    }

    /**
     * Grants a request that passed {@link #require}; the link carries frames from here on.
     *
     * @param fields what to send besides, for example the sub-protocol that was chosen
     */
    public static void grant(Link link, HttpHead request, List<Field> fields) throws IOException {
        String key = request.field("Sec-WebSocket-Key");
        if (key == null) {
            throw new IllegalArgumentException("the request was not checked");
        }
        List<Field> all = new ArrayList<>();
        all.add(new Field("Connection", "Upgrade"));
        all.add(new Field("Upgrade", "websocket"));
        all.add(new Field("Sec-WebSocket-Accept", accept(key)));
        all.addAll(without(fields));
        send(link, "HTTP/1.1 101 Switching Protocols", all);
    }

    /**
     * Refuses a request, of any kind, with an answer without a body, after which the caller closes the link.
     *
     * @param status 400 to 599
     * @param reason one line; characters that a reason cannot hold are left out
     */
    public static void refuse(Link link, int status, String reason, List<Field> fields) throws IOException {
        List<Field> all = new ArrayList<>(fields);
        if (status == 426) {
            all.add(new Field("Sec-WebSocket-Version", "13"));
        }
        all.add(new Field("Content-Length", "0"));
        all.add(new Field("Connection", "close"));
        String clean = reason.replaceAll("[^\\x20-\\x7e]", "");
        send(link, "HTTP/1.1 " + status + " " + clean, all);
    }

    /** The proof that a server has understood the key (RFC 6455 section 4.2.2). */
    static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1", e);
        }
    }

    private static List<Field> without(List<Field> fields) {
        for (Field field : fields) {
            if (OURS.contains(field.name().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("the handshake sets the field " + field.name() + " itself");
            }
        }
        return fields;
    }

    private static String requireVisible(String target) {
        if (target.isEmpty() || target.chars().anyMatch(c -> c <= 0x20 || c >= 0x7f)) {
            throw new IllegalArgumentException("a request target has visible ASCII characters only");
        }
        return target;
    }

    private static void send(Link link, String startLine, List<Field> fields) throws IOException {
        StringBuilder head = new StringBuilder(startLine).append("\r\n");
        for (Field field : fields) {
            boolean clean = field.value().chars().allMatch(c -> (c >= 0x20 && c <= 0xff && c != 0x7f) || c == '\t');
            if (!HttpHead.isToken(field.name()) || !clean) {
                throw new IllegalArgumentException("the HTTP field '" + field.name() + "' cannot be sent as it is");
            }
            head.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        link.out().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
