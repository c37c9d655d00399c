package io.relaygate.relay;

import io.relaygate.net.Buffers;
import io.relaygate.net.Link;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says an HTTP request of a relay in HTTP/1.1 to the session that answers it: the head, and the body as it comes, with one piece
 * in memory. Runs on a thread of its own.
 */
final class Asking {

    /** How long a first piece is waited for: if it is all of the body, the length is known. */
    private static final Duration FIRST_PIECE = Duration.ofSeconds(1);

    /** Before the bytes of a chunk: room for its size. */
    private static final int ROOM = 8;

    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);

    private final Link link;
    private final String begun;
    private final String method;
    private final Runnable left;

    /**
     * Nothing is said yet.
     *
     * @param link to the session
     * @param begun the head up to the fields about the body
     * @param left ends the session when the sender has left
     */
    Asking(Link link, String begun, String method, Runnable left) {
        this.link = link;
        this.begun = begun;
        this.method = method;
        this.left = left;
    }

    /** Says a request of which everything is here. */
    void say(byte[] body) {
        if (said(Http1.head(begun, method, body.length))) {
            said(body, 0, body.length);
        }
    }

    /** Says a request whose body comes over the rendezvous, and hears there whether the sender leaves. */
    void pass(RequestSocket socket) {
        try {
            passBody(socket);
        } catch (IOException e) {
            LOG.atDebug().log("a request broke off: {}", e.getMessage());
            left.run();
        }
        if (!socket.awaitEnd()) {
            left.run();
        }
    }

    private void passBody(RequestSocket socket) throws IOException {
        long length = socket.length(FIRST_PIECE);
        boolean wanted = said(Http1.head(begun, method, length));
        byte[] buffer = Buffers.take();
        try {
            while (wanted) {
                int n = socket.read(buffer, ROOM, Buffers.PAYLOAD);
                if (n < 0) {
                    break;
                }
                wanted = n == 0 || (length < 0 ? chunk(buffer, n) : said(buffer, ROOM, n));
            }
            if (wanted && length < 0) {
                said(LAST_CHUNK);
            }
        } finally {
            Buffers.give(buffer);
        }
    }

    private boolean chunk(byte[] buffer, int length) {
        byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, buffer, ROOM - size.length, size.length);
        buffer[ROOM + length] = '\r';
        buffer[ROOM + length + 1] = '\n';
        return said(buffer, ROOM - size.length, size.length + length + 2);
    }

    private boolean said(byte[] bytes) {
        return said(bytes, 0, bytes.length);
    }

    /** Whether it was taken; whoever answers may want no more, and the answer says why. */
    private boolean said(byte[] bytes, int offset, int length) {
        try {
            if (length > 0) {
                link.write(bytes, offset, length);
            }
            return true;
        } catch (IOException e) {
            LOG.atTrace().log("the rest of a request is not wanted: {}", e.getMessage());
            return false;
        }
    }
}
