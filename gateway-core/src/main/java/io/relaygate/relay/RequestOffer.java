package io.relaygate.relay;

import io.relaygate.net.Buffers;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.observe.Ending;
import io.relaygate.observe.LostException;
import io.relaygate.relay.ControlMessage.Call;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP request that waits at a relay for one listener's answer. Accepting it gives a connection on which one request of HTTP/1.1
 * comes, and its answer is expected. {@link #fetch} is called first, by the same thread.
 */
public final class RequestOffer implements Offer {

    /** The heap that one holds at the most: its body, both directions to the session, the answer, and a frame. */
    public static final int HELD = 5 * Buffers.SIZE;

    /** A relay waits no longer for an answer (Azure's limit, which is fixed); it says so only over a rendezvous. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** How long a sender may take, once the session is over, for the last pieces of its answer. */
    private static final Duration LAST_PIECES = Duration.ofMinutes(2);

    /** How long a session may take to end when its connection has. */
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private static final Duration REJECT_LIMIT = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(RequestOffer.class);

    /** How the relay that handed the request over takes its answer. */
    public interface Way {

        /**
         * Answers where the request was announced.
         *
         * @param body empty if the response has none
         * @throws IOException if nobody waits there any more
         */
        void answer(Response response, byte[] body) throws IOException;

        /** Opens the rendezvous, which carries WebSocket frames with us as the client. */
        Link open(Instant deadline) throws IOException;

        /** Nothing more is needed of it; called once. */
        void over();
    }

    private final Request request;
    private final byte[] body;
    private final String host;
    private final Threads threads;
    private final Deadlines timer;
    private final ReturnPath path;
    private final AtomicBoolean decided = new AtomicBoolean();
    private final CountDownLatch sessionOver = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private final AtomicInteger status = new AtomicInteger();
    private @Nullable RequestSocket fetched;
    private volatile @Nullable Call call;
    private volatile @Nullable PipeLink link;
    private volatile @Nullable RequestLink session;
    private volatile @Nullable RefusedException refusal;

    /**
     * A request that has been handed over.
     *
     * @param body what came with it, or empty
     * @param host what it is for if it does not say so itself
     * @param timer says when the relay waits no longer
     */
    public RequestOffer(Request request, byte[] body, String host, Way way, Threads threads, Deadlines timer) {
        this.request = request;
        this.call = request.call();
        this.body = body;
        this.host = host;
        this.threads = threads;
        this.timer = timer;
        this.path = new ReturnPath(way);
    }

    /**
     * Gets the request, where the relay has told of it alone.
     *
     * @throws RefusedException MALFORMED, if no request can be like it
     * @throws IOException if the relay or the sender has left; the offer is over then
     */
    public void fetch(Instant deadline) throws IOException {
        Http1.begin(fetched(deadline), host);
    }

    private Call fetched(Instant deadline) throws IOException {
        Call known = call;
        if (known != null) {
            return known;
        }
        try {
            RequestSocket socket = path.open(_ -> {});
            fetched = socket;
            Call come = Objects.requireNonNull(socket.receive(deadline).call());
            call = come;
            return come;
        } catch (IOException e) {
            decided.set(true);
            path.abort();
            path.end();
            throw e;
        }
    }

    @Override
    public @Nullable String service() {
        return null;
    }

    @Override
    public Map<String, String> headers() {
        Call known = call;
        return known == null ? Map.of() : known.headers();
    }

    @Override
    public String remote() {
        Call known = call;
        if (known == null || known.remoteAddress().isEmpty()) {
            return "unknown";
        }
        String address = known.remoteAddress();
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + known.remotePort();
    }

    @Override
    public Link accept(Instant deadline) throws IOException {
        if (!decided.compareAndSet(false, true)) {
            throw new IllegalStateException("this request has been accepted or rejected already");
        }
        Call known = Objects.requireNonNull(call, "not fetched");
        String begun = Http1.begin(known, host);
        if (!path.isAwaited()) {
            path.end();
            throw new IOException("the relay does not wait for an answer any more");
        }
        PipeLink.Pair pair = PipeLink.pair();
        PipeLink ours = pair.b();
        RequestLink theirs = new RequestLink(pair.a());
        session = theirs;
        link = ours;
        RequestSocket socket = fetched;
        Deadlines.Timer late = socket != null ? null : timer.after(PATIENCE, () -> {
            theirs.lost(new LostException(Ending.DEADLINE, "there was no answer within the 60 seconds that a relay waits"));
            ours.deadline(Instant.MIN);
        });
        Asking asking = new Asking(ours, begun, known.method(), this::breakOff);
        threads.start("request-ask", () -> {
            if (socket == null) {
                asking.say(body);
            } else {
                asking.pass(socket);
            }
        });
        threads.start("request-answer", () -> {
            try {
                answering(known.method(), late).run(ours, this::whyRefused);
            } finally {
                cancel(late);
                path.end();
                answered.countDown();
            }
        });
        return theirs;
    }

    private static void cancel(Deadlines.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    private Answering answering(String method, Deadlines.@Nullable Timer late) {
        return new Answering(request.id(), method, path, this::watch, () -> cancel(late), status::set);
    }

    /** Nobody waits for the answer any more: the session ends. */
    private void breakOff() {
        RequestLink theirs = session;
        Link ours = link;
        if (theirs != null && ours != null) {
            theirs.lost(new LostException(Ending.RELAY_LOST, "nobody waits for the answer any more"));
            ours.abort();
        }
    }

    /** Hears whether the sender leaves before it has its answer: then the session ends. */
    private void watch(RequestSocket socket) {
        threads.start("request-watch", () -> {
            if (!socket.awaitEnd()) {
                breakOff();
            }
        });
    }

    /** The session has its end soon: its connection has ended. */
    private @Nullable RefusedException whyRefused() {
        try {
            if (!sessionOver.await(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atDebug().addKeyValue("request", request.id()).log("its session goes on without a connection");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
        return refusal;
    }

    @Override
    public void reject(int status, String reason) {
        reject(new OwnResponse(status, reason));
    }

    @Override
    public void reject(RefusedException why) {
        reject(OwnResponse.of(why));
    }

    private void reject(OwnResponse response) {
        if (decided.get()) {
            return;
        }
        try {
            Call known = fetched(Instant.now().plus(REJECT_LIMIT));
            if (decided.compareAndSet(false, true)) {
                answering(known.method(), null).give(response);
                if (fetched != null) {
                    fetched.awaitEnd();
                }
                path.end();
            }
        } catch (IOException e) {
            // The sender has left or will time out; it learns nothing better then.
            LOG.atDebug().addKeyValue("request", request.id()).log("not rejected: {}", e.getMessage());
        }
    }

    /**
     * The session that has accepted it is over. Waits until the answer has gone.
     *
     * @param why it was refused, or null
     */
    public void over(@Nullable RefusedException why) {
        if (link == null) {
            return;
        }
        refusal = why;
        sessionOver.countDown();
        try {
            if (!answered.await(LAST_PIECES.toMillis(), TimeUnit.MILLISECONDS)) {
                path.abort();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }

    /** The status of the answer that has gone, whole; 0 if none has. */
    public int answered() {
        return status.get();
    }

    /** Nobody waits any more where it was announced: without a rendezvous the session ends. */
    public void lost() {
        if (path.lost()) {
            breakOff();
        }
    }

    /** Where it was announced it shall not be answered any more: opens the rendezvous now. */
    void leave() {
        try {
            path.open(this::watch);
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("request", request.id()).log("left behind: {}", e.getMessage());
        }
    }
}
