package io.relaygate.relay.server;

import io.relaygate.net.Link;
import io.relaygate.relay.ControlMessage;
import io.relaygate.relay.ControlMessage.Call;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request that waits for its answer. Its secret, 128 random bits, is the whole proof of its rendezvous, so it is
 * never logged; the id is public. Any thread.
 */
final class Exchange {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** As good as never: whoever has patience with a listener ends the exchange by itself. */
    private static final Duration LONG = Duration.ofDays(1);

    private final String id;
    private final Call call;
    private final byte @Nullable [] body;
    private final String secret;
    private final Handover<Outcome> outcome = new Handover<>();
    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile String address = "";
    private volatile boolean whole;

    /**
     * A request that no listener knows yet.
     *
     * @param id of this request alone, led by a GUID
     * @param body all of its body, empty if it has none, or null if it must be fetched
     */
    Exchange(String id, Call call, byte @Nullable [] body) {
        this.id = id;
        this.call = call;
        this.body = body;
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        this.secret = HexFormat.of().formatHex(bits);
    }

    /** How the waiting ends. */
    sealed interface Outcome {

        /** The listener has answered on its control channel. */
        @SuppressWarnings("ArrayRecordComponent") // Nobody compares it.
        record Answered(ControlMessage.Response head, byte[] body) implements Outcome {}

        /**
         * The listener has opened the rendezvous, and its handshake is answered.
         *
         * @param link carries WebSocket frames, with the listener as client
         */
        record Opened(Link link) implements Outcome {}

        /** The relay gives up. */
        record Given(Answer answer) implements Outcome {}
    }

    /**
     * What a control channel carries.
     *
     * @param body the binary message that follows at once, or null if none does
     */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares it.
    record Message(String text, byte @Nullable [] body) {}

    String id() {
        return id;
    }

    String secret() {
        return secret;
    }

    Call call() {
        return call;
    }

    /** The address of the rendezvous; empty before a listener was told. */
    String address() {
        return address;
    }

    /** Whether the listener has been given all of it, and not only an address. */
    boolean whole() {
        return whole;
    }

    /** The request for a control channel: all of it if it fits, else where to fetch it. */
    Message message(String rendezvous) {
        address = rendezvous;
        byte[] all = body;
        if (all != null) {
            String text = new ControlMessage.Request(rendezvous, id, call).toJson();
            if (text.getBytes(StandardCharsets.UTF_8).length <= ControlMessage.MAX_LENGTH) {
                whole = true;
                return new Message(text, call.body() ? all : null);
            }
        }
        return new Message(new ControlMessage.Request(rendezvous, id, null).toJson(), null);
    }

    /** Makes the caller the only one who decides whether the rendezvous is opened; false if somebody else does. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /**
     * Ends the waiting.
     *
     * @return false if it has ended already; then the giver keeps what it wanted to give
     */
    boolean end(Outcome how) {
        return outcome.give(how);
    }

    /** Waits for the end. */
    Outcome await() {
        Outcome how = outcome.take(LONG);
        return how == null ? new Outcome.Given(Answer.NO_RESPONSE) : how;
    }
}
