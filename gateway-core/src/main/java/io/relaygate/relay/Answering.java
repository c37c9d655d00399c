package io.relaygate.relay;

import io.relaygate.net.Buffers;
import io.relaygate.net.HttpBody;
import io.relaygate.net.HttpHead;
import io.relaygate.net.Link;
import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the HTTP/1.1 answer of a session, and gives it to the sender by the rules of Microsoft's listeners: at once on the control
 * channel, or over the rendezvous if that is open, if the body has more than 64 KiB, or has not ended after 2 s. Runs on a thread
 * of its own.
 */
final class Answering {

    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final int LONGEST_HEAD = 64 * 1024;

    /** What is held shows by one byte more that there is more. */
    private static final int MOST_HELD = Buffers.PAYLOAD + 1;

    private static final OwnResponse LATE = new OwnResponse(504, "there was no answer within 60 seconds");
    private static final OwnResponse BROKEN = new OwnResponse(502, "the session that was to answer ended before it had");
    private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

    private final String requestId;
    private final String method;
    private final ReturnPath path;
    private final Consumer<RequestSocket> watch;
    private final Runnable inTime;
    private final IntConsumer given;
    private boolean begun;

    /**
     * Nothing is answered yet.
     *
     * @param watch has a rendezvous that this opens read to its end
     * @param inTime is told that the answer has begun: it is late no more
     * @param given is told the status of an answer that has gone, whole
     */
    Answering(String requestId, String method, ReturnPath path, Consumer<RequestSocket> watch, Runnable inTime, IntConsumer given) {
        this.requestId = requestId;
        this.method = method;
        this.path = path;
        this.watch = watch;
        this.inTime = inTime;
        this.given = given;
    }

    /**
     * Gives the answer of a session.
     *
     * @param refusal waits for the session's end, and says why it was refused, or null
     */
    void run(Link link, Supplier<@Nullable RefusedException> refusal) {
        try {
            answer(link);
            link.close();
        } catch (IOException e) {
            link.abort();
            LOG.atDebug().addKeyValue("request", requestId).log("no whole answer: {}", e.getMessage());
            if (begun) {
                path.abort();
                return;
            }
            RefusedException refused = refusal.get();
            give(refused != null ? OwnResponse.of(refused) : e instanceof SocketTimeoutException ? LATE : BROKEN);
        }
    }

    /** Gives an answer of the gateway itself. */
    void give(OwnResponse own) {
        byte[] body = method.equals("HEAD") ? new byte[0] : own.body();
        try {
            give(own.head(requestId, body.length == 0), body, body.length, null);
        } catch (IOException e) {
            // The sender has left, or the relay: nobody learns anything better.
            LOG.atDebug().addKeyValue("request", requestId).log("not answered: {}", e.getMessage());
            path.abort();
        }
    }

    private void answer(Link link) throws IOException {
        HttpHead head = head(link);
        inTime.run();
        HttpBody body = HttpBody.ofResponse(head, method, link);
        byte[] held = Buffers.take();
        try {
            int n = path.opened() == null ? gather(body, held) : 0;
            boolean more = n > 0 || !body.over();
            Map<String, String> fields = Http1.passed(head);
            give(new Response(requestId, head.status(), head.reason(), fields, more), held, n, body);
        } finally {
            Buffers.give(held);
        }
    }

    /** The head of the final response: others tell of it in advance (RFC 9110 section 15.2), which a relay cannot. */
    private static HttpHead head(Link link) throws IOException {
        HttpHead head = HttpHead.readResponse(link, LONGEST_HEAD);
        while (head.status() < 200 && head.status() != 101) {
            head = HttpHead.readResponse(link, LONGEST_HEAD);
        }
        if (head.status() == 101) {
            throw new IOException("a request of a relay cannot become another protocol");
        }
        return head;
    }

    /** Reads the body until it ends, is too much for a control channel, or is slow. */
    private int gather(HttpBody body, byte[] into) throws IOException {
        long end = System.nanoTime() + AT_ONCE.toNanos();
        int length = 0;
        while (!body.over() && length < MOST_HELD) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (!left.isPositive()) {
                break;
            }
            length += Math.max(0, body.read(into, length, MOST_HELD - length, left));
        }
        return length;
    }

    /**
     * Gives an answer.
     *
     * @param held what is known of its body
     * @param rest of which the rest comes; null if all is known
     */
    private void give(Response response, byte[] held, int length, @Nullable HttpBody rest) throws IOException {
        boolean whole = (rest == null || rest.over()) && length <= Buffers.PAYLOAD;
        if (whole && path.atOnce(response, Arrays.copyOf(held, length))) {
            given.accept(response.status());
            return;
        }
        RequestSocket socket = path.open(watch);
        begun = true;
        socket.begin(response);
        if (response.body()) {
            write(socket, held, length);
            if (rest != null) {
                pass(rest, held, socket);
            }
            socket.end();
        }
        given.accept(response.status());
        socket.close();
    }

    private static void write(RequestSocket socket, byte[] bytes, int length) throws IOException {
        for (int done = 0; done < length; done += Buffers.PAYLOAD) {
            socket.write(bytes, done, Math.min(Buffers.PAYLOAD, length - done));
        }
    }

    private static void pass(HttpBody body, byte[] buffer, RequestSocket socket) throws IOException {
        while (!body.over()) {
            int n = body.read(buffer, 0, Buffers.PAYLOAD, Link.FOREVER);
            if (n > 0) {
                socket.write(buffer, 0, n);
            }
        }
    }
}
