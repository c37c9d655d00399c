package io.relaygate.relay.server;

import io.relaygate.net.Buffers;
import io.relaygate.net.HttpHead;
import io.relaygate.relay.ControlMessage.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A listener's response on its way to the sender (RFC 9112): the head, then the body as it comes, chunked if its length is
 * not known. One thread.
 */
final class Reply {

    /** Before the bytes of a piece: room for the size of a chunk. */
    static final int ROOM = 8;

    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The largest piece: with the size of the chunk before and the line's end behind it fits the array. */
    static final int PIECE = Buffers.PAYLOAD;

    private final Visitor visitor;
    private final HybridRequest request;
    private final boolean keep;
    private boolean chunked;
    private boolean bodiless;

    /**
     * Nothing is sent yet.
     *
     * @param keep whether another request may follow on the connection
     */
    Reply(Visitor visitor, HybridRequest request, boolean keep) {
        this.visitor = visitor;
        this.request = request;
        this.keep = keep;
    }

    /** Whether a response can be sent at all: HTTP's status, names and values. */
    static boolean sendable(Response response) {
        return response.status() >= 200
                && response.status() <= 599
                && response.headers().entrySet().stream().allMatch(Reply::sendable);
    }

    private static boolean sendable(Map.Entry<String, String> field) {
        boolean name = field.getKey().matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
        return name && field.getValue().chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 127);
    }

    /**
     * Sends the head.
     *
     * @param length of the body, or -1 if it is not known
     */
    void begin(Response response, long length) throws IOException {
        int status = response.status();
        boolean never = status == 204 || status == 304;
        bodiless = never || request.head().method().equals("HEAD");
        chunked = !bodiless && length < 0;
        String reason = response.description().replaceAll("[^\\x20-\\x7e]", "");
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason, 0, Math.min(512, reason.length()))
                .append("\r\n");
        Map<String, String> headers = PassedFields.of(response.headers(), request);
        headers.putIfAbsent("Date", visitor.date().value());
        headers.forEach((name, value) -> field(head, name, value));
        if (chunked) {
            field(head, "Transfer-Encoding", "chunked");
        } else if (!bodiless) {
            field(head, "Content-Length", Long.toString(length));
        }
        if (!keep) {
            field(head, "Connection", "close");
        }
        // What came in single bytes goes out so; what only JSON can say goes out as UTF-8.
        boolean latin = head.chars().allMatch(c -> c <= 0xff);
        byte[] bytes = head.append("\r\n").toString().getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        visitor.link().write(bytes, 0, bytes.length);
    }

    private static void field(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /**
     * Sends a piece of the body; what a response without one has is left out.
     *
     * @param array an array of {@link Buffers}, overwritten around the piece
     * @param length of the piece, which begins at {@link #ROOM}: at most {@link #PIECE}
     */
    void write(byte[] array, int length) throws IOException {
        if (bodiless || length == 0) {
            return;
        }
        if (!chunked) {
            visitor.link().write(array, ROOM, length);
            return;
        }
        byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, array, ROOM - size.length, size.length);
        array[ROOM + length] = '\r';
        array[ROOM + length + 1] = '\n';
        visitor.link().write(array, ROOM - size.length, size.length + length + 2);
    }

    /** Sends a whole body, whose length was told. */
    void write(byte[] body) throws IOException {
        if (!bodiless && body.length > 0) {
            visitor.link().write(body, 0, body.length);
        }
    }

    /** Ends the body. */
    void end() throws IOException {
        if (chunked) {
            visitor.link().write(LAST_CHUNK, 0, LAST_CHUNK.length);
        }
    }

    /** Whether the response has no body whatever the listener sends. */
    boolean bodiless() {
        return bodiless;
    }

    /** Whether another request may follow on the connection. */
    boolean keeps() {
        return keep;
    }

    /** Whether a sender wants its connection kept. */
    static boolean wantsMore(HttpHead request) {
        return !request.hasWord("Connection", "close");
    }
}
