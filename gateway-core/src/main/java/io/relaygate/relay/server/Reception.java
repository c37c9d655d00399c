package io.relaygate.relay.server;

import io.relaygate.net.BadHeadException;
import io.relaygate.net.HttpHead;
import io.relaygate.net.WebSocketHandshake;
import io.relaygate.relay.server.Answer.Blame;
import io.relaygate.relay.server.Requesting.Served;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is read and answered on one connection: one handshake, or HTTP requests one after the other. Whatever is neither is
 * refused shortly.
 */
final class Reception {

    /** The largest head: Azure passes on 32 kB of fields. */
    private static final int LARGEST_HEAD = 32 * 1024;

    /** How long a connection is kept for another request. */
    private static final Duration KEPT = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    private final Desk desk;
    private final FailureBrake brake;
    private final Predicate<Duration> keepWaiting;
    private final String source;
    private final int port;

    /**
     * A connection whose handshake is done.
     *
     * @param keepWaiting waits with an answer for so long; false if too many wait already
     * @param source the peer's IP address
     */
    Reception(Desk desk, FailureBrake brake, Predicate<Duration> keepWaiting, String source, int port) {
        this.desk = desk;
        this.brake = brake;
        this.keepWaiting = keepWaiting;
        this.source = source;
        this.port = port;
    }

    /** The head of the connection's first request; null if none came, or it was refused. */
    @Nullable HttpHead read(Visitor visitor) {
        try {
            HttpHead head = HttpHead.readRequest(visitor.link(), LARGEST_HEAD);
            boolean upgrade = WebSocketHandshake.wanted(head);
            boolean hybrid = HybridRequest.isHybrid(head);
            if (upgrade != hybrid || head.method().equals("CONNECT")) {
                int status = hybrid ? 400 : head.method().equals("GET") || head.method().equals("HEAD") ? 404 : 405;
                brake.failed(source);
                visitor.refuse(status, status == 404 ? "Not Found" : status == 405 ? "Method Not Allowed" : "Bad Request");
                return null;
            }
            if (upgrade) {
                WebSocketHandshake.require(head);
            }
            return head;
        } catch (BadHeadException e) {
            refuse(visitor, e);
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("source", source).log("no request came: {}", e.getMessage());
            brake.failed(source);
            visitor.link().abort();
        }
        return null;
    }

    /** Serves the connection to its end. */
    void serve(Visitor visitor, HttpHead first) {
        try {
            visitor.link().deadline(null);
            if (HybridRequest.isHybrid(first)) {
                HybridRequest handshake = HybridRequest.read(first, source, port);
                Answer answer = desk.serve(visitor, handshake);
                if (answer != null && mayAnswer(handshake.action(), handshake, answer)) {
                    visitor.refuse(answer, handshake.resource());
                } else if (answer != null) {
                    visitor.link().abort();
                }
            } else {
                relay(visitor, first);
            }
        } catch (BadHeadException e) {
            refuse(visitor, e);
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("source", source).log("connection lost: {}", e.getMessage());
            visitor.link().abort();
        } catch (RuntimeException | Error e) {
            visitor.link().abort();
            throw e;
        }
    }

    private void relay(Visitor greeted, HttpHead first) throws IOException {
        Visitor visitor = desk.watched(greeted);
        HttpHead head = first;
        while (head != null) {
            HybridRequest request = HybridRequest.readHttp(head, source, port);
            switch (desk.relay(visitor, request)) {
                case Served.Refused(Answer answer) -> {
                    if (mayAnswer("HTTP", request, answer)) {
                        visitor.refuseRequest(answer, request.resource(), !head.method().equals("HEAD"));
                    } else {
                        visitor.link().abort();
                    }
                    return;
                }
                case Served.Done(_, boolean more) -> head = more ? next(visitor) : null;
            }
        }
        visitor.end();
    }

    /** The head of another request; null if there is none. */
    private static @Nullable HttpHead next(Visitor visitor) throws IOException {
        if (!visitor.link().awaitReadable(KEPT)) {
            return null;
        }
        visitor.link().deadline(Instant.now().plus(KEPT));
        try {
            HttpHead head = HttpHead.readRequest(visitor.link(), LARGEST_HEAD);
            if (WebSocketHandshake.wanted(head) || HybridRequest.isHybrid(head) || head.method().equals("CONNECT")) {
                throw new BadHeadException(400, "a handshake needs a connection of its own");
            }
            return head;
        } catch (EOFException e) {
            return null;
        } finally {
            visitor.link().deadline(null);
        }
    }

    private void refuse(Visitor visitor, BadHeadException e) {
        brake.failed(source);
        visitor.refuse(e.status(), e.getMessage() == null ? "Bad Request" : e.getMessage());
    }

    /** Whether there is an answer at all: sources that keep failing wait for it, but not too many of them at once. */
    private boolean mayAnswer(String action, HybridRequest request, Answer answer) {
        LOG.atInfo()
                .addKeyValue("source", source)
                .addKeyValue("action", action)
                .addKeyValue("resource", request.resource())
                .addKeyValue("status", answer.status())
                .log("refused: {}", answer.words());
        if (answer.blame() == Blame.NOBODY) {
            return true;
        }
        // At the door it is known by its address alone.
        brake.failed(source);
        return keepWaiting.test(brake.failed(desk.blamed(request, answer)));
    }
}
