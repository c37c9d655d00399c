package io.relaygate.relay.server;

import io.relaygate.net.Buffers;
import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import io.relaygate.relay.ControlMessage;
import io.relaygate.relay.server.Requesting.Served;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP request over its rendezvous. The body goes to the listener on a thread of its own, since a listener may answer
 * before it has read all of it; the response comes back on the calling thread. One piece is in memory for each direction,
 * and the next is read when it has been taken.
 */
final class Relaying {

    /** How soon the thread that reads from the sender notices that it need not any more. */
    private static final Duration GLANCE = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(Relaying.class);

    private final Visitor visitor;
    private final HybridRequest request;
    private final Exchange exchange;
    private final SentBody body;
    private final Patience patience;
    private final RequestChannel channel;
    private final Threads threads;
    private volatile boolean stopped;
    private volatile boolean passed;
    private volatile boolean senderIsAwaited;
    private volatile @Nullable Answer failure;

    /** Nothing is sent yet. */
    Relaying(
            Visitor visitor,
            HybridRequest request,
            Exchange exchange,
            SentBody body,
            Patience patience,
            Link rendezvous,
            Threads threads) {
        this.visitor = visitor;
        this.request = request;
        this.exchange = exchange;
        this.body = body;
        this.patience = patience;
        this.channel = new RequestChannel(rendezvous);
        this.threads = threads;
    }

    /** Serves the request; as {@link Requesting#serve}. */
    Served run() throws IOException {
        patience.then(this::giveUp);
        @Nullable Thread pump = exchange.whole() ? null : threads.start("relay-request-body", this::pump);
        boolean done = false;
        try {
            if (exchange.whole() || body.arrived()) {
                visitor.watch(this::senderLeft);
            }
            Served served = respond();
            done = served instanceof Served.Done;
            return served;
        } finally {
            stopped = true;
            visitor.forget();
            if (done && (pump == null || (ended(pump) && passed))) {
                threads.start("relay-request-end", channel::close);
            } else {
                channel.abort();
            }
            join(pump);
        }
    }

    private void senderLeft() {
        failure = Answer.SENDER_LEFT;
        channel.abort();
    }

    private void giveUp() {
        failure = senderIsAwaited ? Answer.SLOW_SENDER : Answer.NO_RESPONSE;
        channel.abort();
    }

    private Served respond() throws IOException {
        ControlMessage.Response head;
        try {
            head = channel.receive();
            patience.renew();
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("request", exchange.id()).log("no response: {}", e.getMessage());
            Answer why = failure;
            return new Served.Refused(why == null ? Answer.LISTENER_LOST : why);
        }
        if (!Reply.sendable(head)) {
            return new Served.Refused(Answer.BAD_RESPONSE);
        }
        patience.then(() -> {
            channel.abort();
            visitor.link().abort();
        });
        Reply reply = new Reply(visitor, request, body.arrived() && Reply.wantsMore(request.head()));
        reply.begin(head, head.body() ? -1 : 0);
        pass(reply);
        reply.end();
        return new Served.Done(head.status(), reply.keeps());
    }

    private void pass(Reply reply) throws IOException {
        byte[] buffer = Buffers.take();
        try {
            int n = 0;
            while (n >= 0 && !reply.bodiless()) {
                n = channel.read(buffer, Reply.ROOM, Reply.PIECE);
                patience.renew();
                if (n > 0) {
                    reply.write(buffer, n);
                    patience.renew();
                }
            }
        } finally {
            Buffers.give(buffer);
        }
    }

    /** Passes request and body to the listener. */
    private void pump() {
        byte[] buffer = Buffers.take();
        try {
            channel.send(new ControlMessage.Request(exchange.address(), exchange.id(), exchange.call()));
            boolean last = !exchange.call().body();
            while (!last) {
                int n = nextFromSender(buffer);
                patience.renew();
                last = n < 0 || body.over();
                channel.send(buffer, Math.max(0, n), last);
                patience.renew();
            }
            passed = true;
            if (exchange.call().body() && !stopped) {
                visitor.watch(this::senderLeft);
            }
        } catch (CancellationException e) {
            LOG.atTrace().log("the rest of a body is not wanted");
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("request", exchange.id()).log("body not passed on: {}", e.getMessage());
            channel.abort();
        } finally {
            Buffers.give(buffer);
        }
    }

    private int nextFromSender(byte[] buffer) throws IOException {
        senderIsAwaited = true;
        try {
            int n = 0;
            while (n == 0) {
                if (stopped) {
                    throw new CancellationException();
                }
                n = body.next(buffer, 0, SentBody.SMALL, GLANCE);
            }
            return n;
        } catch (IOException e) {
            if (failure == null) {
                failure = Answer.SENDER_LOST;
            }
            throw e;
        } finally {
            senderIsAwaited = false;
        }
    }

    /** Whether it has ended, or does at once: it may have been about to when the response came. */
    private static boolean ended(Thread thread) {
        try {
            return thread.join(GLANCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void join(@Nullable Thread thread) {
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
