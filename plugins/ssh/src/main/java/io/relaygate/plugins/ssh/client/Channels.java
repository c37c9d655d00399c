package io.relaygate.plugins.ssh.client;

import com.jcraft.jsch.Transport;
import io.relaygate.plugins.ssh.wire.ConnectionMessage;
import io.relaygate.plugins.ssh.wire.Fields;
import io.relaygate.plugins.ssh.wire.Incoming;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one session, and its requests: the connection protocol (RFC 4254). The thread that reads hands each message to its
 * channel and never waits; what must be said to the peer because of it is said by another.
 */
final class Channels implements Transport.Receiver {

    private static final byte[] NOTHING = {};
    private static final int STDERR = 1;
    private static final int MOST_OFFERS = 32;
    private static final int PROHIBITED = 1;
    private static final int SHORTAGE = 4;

    private final ThreadFactory threads;
    private final Outbox outbox = new Outbox();
    private final Map<Integer, TargetChannel> open = new ConcurrentHashMap<>();
    private final Replies<Optional<byte[]>> replies = new Replies<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger offers = new AtomicInteger();
    private volatile ChannelOffer.@Nullable Taker taker;
    private volatile @Nullable Transport transport;
    private final List<TargetChannel> fed = new ArrayList<>();
    private final List<Runnable> told = new ArrayList<>();
    private volatile @Nullable IOException lost;

    /** Held while a global request is sent. */
    private final Object asking = new Object();

    /** None yet. */
    Channels(ThreadFactory threads) {
        this.threads = threads;
    }

    /** From now on messages can be sent. */
    void connect(Transport to) {
        transport = to;
    }

    Outbox outbox() {
        return outbox;
    }

    void take(ChannelOffer.@Nullable Taker offered) {
        taker = offered;
    }

    /** A channel that is not open yet. */
    TargetChannel add() throws IOException {
        TargetChannel channel = new TargetChannel(ids.getAndUpdate(id -> (id + 1) & Integer.MAX_VALUE), this);
        open.put(channel.id(), channel);
        IOException why = lost;
        if (why != null) {
            open.remove(channel.id());
            throw new IOException(why.getMessage(), why);
        }
        return channel;
    }

    void forget(TargetChannel channel) {
        open.remove(channel.id());
    }

    /** Sends a global request, and waits for the answer: its data, or nothing if the peer refuses. */
    Optional<byte[]> request(String name, byte[] data, Instant deadline) throws IOException {
        return ask(name, data).await(deadline, "it has not answered the request '" + name + "' in time");
    }

    /** The order of the answers is that of the requests. */
    Reply<Optional<byte[]>> ask(String name, byte[] data) throws IOException {
        synchronized (asking) {
            Reply<Optional<byte[]>> reply = replies.expect();
            send(ConnectionMessage.globalRequest(name, true, data));
            return reply;
        }
    }

    void send(byte[] message) throws IOException {
        send(message, NOTHING, 0, 0);
    }

    void send(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        Transport to = transport;
        if (to == null || lost != null) {
            throw new IOException("the session is lost", lost);
        }
        to.send(head, bytes, offset, length);
    }

    void later(Outbox.Saying saying) {
        outbox.add(saying);
    }

    void answer(Outbox.Saying saying) throws IOException {
        outbox.answer(saying);
    }

    /** Has this run once when the session is over; at once if it is. */
    void whenOver(Runnable then) {
        synchronized (told) {
            if (lost == null) {
                told.add(then);
                return;
            }
        }
        then.run();
    }

    /** The session is over. */
    @Override
    public void over(@Nullable Exception cause) {
        IOException why = new IOException("the connection over SSH is lost", cause);
        synchronized (told) {
            if (lost != null) {
                return;
            }
            lost = why;
        }
        outbox.close();
        replies.fail(why);
        List.copyOf(open.values()).forEach(channel -> channel.lost(why));
        open.clear();
        told.forEach(Runnable::run);
    }

    @Override
    public void receive(byte[] bytes, int offset, int length) throws IOException {
        Fields fields = new Fields(bytes, offset, length);
        int number = fields.octet();
        switch (number) {
            case ConnectionMessage.GLOBAL_REQUEST -> globalRequest(fields);
            case ConnectionMessage.REQUEST_SUCCESS -> replies.next(Optional.of(fields.rest()));
            case ConnectionMessage.REQUEST_FAILURE -> replies.next(Optional.empty());
            case ConnectionMessage.CHANNEL_OPEN -> offered(fields);
            default -> toChannel(number, fields, bytes);
        }
    }

    /** None that a server makes is known here; {@code hostkeys-00@openssh.com} wants no answer. */
    private void globalRequest(Fields fields) throws IOException {
        fields.string();
        if (fields.flag()) {
            answer(() -> send(ConnectionMessage.requestFailure()));
        }
    }

    private void offered(Fields fields) throws IOException {
        String type = fields.text();
        ChannelOffer offer = new ChannelOffer(this, type, fields.int32(), fields.uint32(), fields.uint32(), fields.rest());
        ChannelOffer.Taker to = taker;
        if (to == null) {
            answer(() -> offer.refuse(PROHIBITED, "nobody has asked for it"));
        } else if (offers.incrementAndGet() > MOST_OFFERS) {
            offers.decrementAndGet();
            answer(() -> offer.refuse(SHORTAGE, "too many others wait for an answer"));
        } else {
            threads.newThread(() -> offer(offer, to)).start();
        }
    }

    private void offer(ChannelOffer offer, ChannelOffer.Taker to) {
        try {
            to.take(offer);
        } catch (IOException e) {
            // What is unanswered is refused, and a lost session is told to all that use it.
        } finally {
            offers.decrementAndGet();
            later(offer::refuseUnlessAnswered);
        }
    }

    /** Messages of a channel that is closed have crossed with that. */
    private void toChannel(int number, Fields fields, byte[] bytes) throws IOException {
        if (number < ConnectionMessage.CHANNEL_OPEN_CONFIRMATION || number > ConnectionMessage.CHANNEL_FAILURE) {
            throw new IOException("it sends a message with the number " + number + ", which is none of the protocol's");
        }
        TargetChannel channel = open.get(fields.int32());
        if (channel == null) {
            return;
        }
        switch (number) {
            case ConnectionMessage.CHANNEL_OPEN_CONFIRMATION -> channel.opened(fields.int32(), fields.uint32(), fields.uint32());
            case ConnectionMessage.CHANNEL_OPEN_FAILURE -> {
                forget(channel);
                channel.refused(new ChannelRefusedException(fields.int32(), fields.text()));
            }
            case ConnectionMessage.CHANNEL_WINDOW_ADJUST -> channel.widened(fields.uint32());
            case ConnectionMessage.CHANNEL_DATA -> received(channel, false, fields, bytes);
            case ConnectionMessage.CHANNEL_EXTENDED_DATA -> {
                if (fields.int32() != STDERR) {
                    throw new IOException("it sends data of a kind that is not known");
                }
                received(channel, true, fields, bytes);
            }
            case ConnectionMessage.CHANNEL_EOF -> channel.received(new Incoming.Ended());
            case ConnectionMessage.CHANNEL_CLOSE -> {
                forget(channel);
                channel.closed();
            }
            case ConnectionMessage.CHANNEL_REQUEST -> requested(channel, fields);
            default -> channel.answered(number == ConnectionMessage.CHANNEL_SUCCESS);
        }
    }

    private void received(TargetChannel channel, boolean error, Fields fields, byte[] bytes) throws IOException {
        int length = fields.length();
        channel.received(error, bytes, fields.position(), length);
        if (!fed.contains(channel)) {
            fed.add(channel);
        }
    }

    /** The thread that reads is about to wait: whoever waits for what it has read is woken first. */
    void beforeReading() {
        fed.forEach(TargetChannel::wake);
        fed.clear();
    }

    private static void requested(TargetChannel channel, Fields fields) throws IOException {
        String type = fields.text();
        boolean wantReply = fields.flag();
        switch (type) {
            case "exit-status" -> channel.received(new Incoming.ExitStatus(fields.int32()));
            case "exit-signal" -> channel.received(new Incoming.ExitSignal(fields.text(), fields.flag(), fields.text()));
            default -> {
                if (!wantReply) {
                    channel.received(new Incoming.Request(type, fields.rest()));
                }
            }
        }
        if (wantReply) {
            channel.asks();
        }
    }
}
